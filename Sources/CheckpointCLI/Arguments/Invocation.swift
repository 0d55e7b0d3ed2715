// A command that the user called, with its operands and the values of its options.

struct Invocation: Sendable {
  var command: Command
  /// The word that named the command; `stage-02-start` also names the stage and its phase.
  var word: String
  var operands: [String]
  var values: [String: [String]]
  var console: Console

  func has(_ option: String) -> Bool { values[option] != nil }
  func value(_ option: String) -> String? { values[option]?.last }

  /// All values of a repeatable option, split at commas.
  func list(_ option: String) -> [String] { (values[option] ?? []).flatMap(\.commaSeparated) }
}

extension String {
  /// The words between commas, without the spaces around them.
  var commaSeparated: [String] {
    split(separator: ",").map { word in
      let end = word.lastIndex { $0 != " " } ?? word.startIndex
      return String(word[...end].drop { $0 == " " })
    }.filter { !$0.isEmpty }
  }
}
