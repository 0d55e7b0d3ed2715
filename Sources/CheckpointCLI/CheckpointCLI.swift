// The command line: the table of commands, and the way from words to an exit code.

import Checkpoints
import FileSystem
import Glibc
import Postgres

package enum Version {
  package static let number = "0.1.0"
}

package enum CheckpointCLI {
  static let commands: [Command] = [
    .initialize, .stages, .full, .incremental, .database, .custom, .list, .show, .status, .log, .verify,
    .rehearse, .diff, .report,
    .rollback, .undo,
    .restore, .run,
    .warm, .mark, .delete, .settings, .trust, .export, .importing, .hooks, .worker, .hookWorker,
  ]

  /// Runs the program.
  /// - Parameter arguments: without the program's own name.
  /// - Returns: the exit code.
  package static func main(_ arguments: [String]) -> Int32 {
    Memory.giveBackLargePieces()
    // Before a command is known, the words alone tell how errors shall look.
    var console = Console()
    console.isJSON = arguments.contains("--json")
    do {
      switch try Parser(commands: commands, fallback: .stage).parse(arguments) {
      case .version:
        try console.outcome("checkpoint \(Version.number)")
        return ExitCode.done.rawValue
      case .help(let command):
        console.result(command.map(Help.command) ?? Help.overview(commands, stages: .stage))
        return ExitCode.done.rawValue
      case .run(let command, let word, let operands, let values):
        console.isJSON = values["--json"] != nil
        console.isQuiet = values["--quiet"] != nil
        if let directory = values["-C"]?.last { try changeDirectory(BytePath(directory)) }
        Interruption.install()
        return try command.run(
          Invocation(command: command, word: word, operands: operands, values: values, console: console)
        ).rawValue
      }
    } catch {
      // A server hears of an interruption a moment late, and may cancel the statement after the one at work.
      let isCancelled = Interruption.wasSignalled && (error as? DatabaseError)?.isCancelled == true
      let diagnostic = Diagnostic(isCancelled ? Interrupted() : error)
      console.report(diagnostic)
      return diagnostic.code.rawValue
    }
  }

  private static func changeDirectory(_ path: BytePath) throws {
    if path.withCString({ chdir($0) }) != 0 { throw SystemError(operation: "go to", path: path) }
  }
}
