// The command table's vocabulary. One declaration of a command drives parsing, help and errors.

struct Option: Sendable {
  /// “--message”, “-m”
  var names: [String]
  /// The value's name in help; nil for a switch.
  var value: String?
  var isRepeatable = false
  var help: String

  static func flag(_ names: String..., help: String) -> Option { Option(names: names, help: help) }

  static func value(_ names: String..., as value: String, repeatable: Bool = false, help: String) -> Option {
    Option(names: names, value: value, isRepeatable: repeatable, help: help)
  }

  var key: String { names.first { $0.hasPrefix("--") } ?? names[0] }
}

struct Command: Sendable {
  var name: String
  /// Other names that it answers to.
  var aliases: [String] = []
  /// What may follow the name: `[SELECTOR]`, `NAME`.
  var operands: String
  var operandCount: ClosedRange<Int>
  /// Not for people: it is not in the list of commands.
  var isHidden = false
  var summary: String
  /// More for `--help`, in whole sentences.
  var details: String = ""
  var options: [Option] = []
  var examples: [String]
  var exitCodes: [ExitCode] = [.done, .failed, .usage, .noRepository]
  var run: @Sendable (Invocation) throws -> ExitCode
}

enum GlobalOptions {
  static let all: [Option] = [
    .flag("--json", help: "print one JSON document on standard output"),
    .flag("-q", "--quiet", help: "print nothing but the result"),
    .value("-C", as: "DIRECTORY", help: "act as if started there"),
    .flag("-h", "--help", help: "show this help"),
  ]
}
