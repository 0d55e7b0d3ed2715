// An option of a command.

struct Option: Sendable {
  /// “--message”, “-m”
  var names: [String]
  /// The value's name in help; nil for a switch.
  var value: String?
  var values = ValueKind.text
  var isRepeatable = false
  var help: String

  static func flag(_ names: String..., help: String) -> Option { Option(names: names, help: help) }

  static func value(
    _ names: String..., as value: String, _ values: ValueKind = .text, repeatable: Bool = false, help: String
  ) -> Option {
    Option(names: names, value: value, values: values, isRepeatable: repeatable, help: help)
  }

  var key: String { names.first { $0.hasPrefix("--") } ?? names[0] }

  /// As help shows it: `-m, --message TEXT`.
  var usage: String { names.joined(separator: ", ") + (value.map { " \($0)" } ?? "") }
}

enum GlobalOptions {
  static let all: [Option] = [
    .flag("--json", help: "print one JSON document on standard output"),
    .flag("-q", "--quiet", help: "print nothing but the result"),
    .value("-C", as: "DIRECTORY", .directory, help: "act as if started there"),
    .flag("-h", "--help", help: "show this help"),
  ]
}
