// The git program, for what only it gets right (docs/design/git.md): which files are untracked, ignored
// or filtered, and everything about the index.

import FileSystem

package struct GitProgram: Sendable {
  package var directory: BytePath

  package init(in directory: BytePath) { self.directory = directory }

  func subprocess(_ arguments: [BytePath], limit: Double? = nil) -> Subprocess {
    var process = Subprocess(
      ["git"] + arguments, directory: directory, limit: limit,
      label: "git " + Self.command(of: arguments))
    // Reading must not take the index's lock from a command that the user runs meanwhile, nor ask for a
    // password, nor open an editor.
    process.additions = ["GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"]
    return process
  }

  private static func command(of arguments: [BytePath]) -> String {
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
      } else if argument == "-c" || argument == "-C" {
        isValue = true
      } else if !argument.hasPrefix("-") {
        return argument.description
      }
    }
    return ""
  }

  /// Runs `git` and returns what it printed.
  @discardableResult
  package func run(_ arguments: [BytePath], input: [UInt8] = [], accepting: Set<Int32> = [0]) throws
    -> [UInt8]
  {
    try subprocess(arguments).output(input: input, accepting: accepting)
  }

  /// Output split at NUL bytes, as `-z` makes it.
  package func records(_ arguments: [BytePath], input: [UInt8] = []) throws -> [ArraySlice<UInt8>] {
    try run(arguments, input: input).split(separator: 0)
  }

  /// The first line of the output, nil when git exits with 1 (its “no” in questions).
  package func line(_ arguments: [BytePath]) throws -> String? {
    let output = try run(arguments, accepting: [0, 1])
    let line = output.prefix { $0 != 0x0A }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
