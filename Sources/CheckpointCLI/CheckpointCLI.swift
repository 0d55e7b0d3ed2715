// The command line: from its arguments to an exit code.

import FileSystem
import Glibc

package enum CheckpointCLI {
  /// Runs the program.
  /// - Parameter arguments: without the program's own name; nil if they cannot be known.
  /// - Returns: the exit code.
  package static func main(_ arguments: [String]?) -> Int32 {
    Memory.giveBackLargePieces()
    guard let arguments else {
      Console().report(
        Diagnostic(
          "the program's arguments cannot be read",
          hints: ["they are read from /proc: mount -t proc proc /proc"]))
      return ExitCode.failed.rawValue
    }
    // Until the arguments are parsed, only the words themselves show whether errors must be JSON.
    var console = Console()
    console.isJSON = arguments.contains("--json")
    do {
      switch try CommandTable.parser.parse(arguments) {
      case .version:
        try console.outcome("checkpoint \(Version.number)")
        return ExitCode.done.rawValue
      case .help(let command):
        console.result(command.map(Help.command) ?? Help.overview(CommandTable.sections))
        return ExitCode.done.rawValue
      case .run(let command, let word, let operands, let values):
        console.isJSON = values["--json"] != nil
        console.isQuiet = values["--quiet"] != nil
        if let directory = values["-C"]?.last { try changeDirectory(BytePath(directory)) }
        Signals.install()
        let invocation = Invocation(
          command: command, word: word, operands: operands, values: values, console: console)
        return try (command.run?(invocation) ?? .usage).rawValue
      }
    } catch {
      let diagnostic = Diagnostic(error)
      console.report(diagnostic)
      return diagnostic.code.rawValue
    }
  }

  private static func changeDirectory(_ path: BytePath) throws {
    if path.withCString({ chdir($0) }) != 0 { throw SystemError(operation: "go to", path: path) }
  }
}
