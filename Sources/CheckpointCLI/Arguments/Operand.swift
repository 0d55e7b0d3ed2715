// An operand of a command, and the values that it can have. Usage lines, the check of the number of operands and the shells'
// completions come from it.

struct Operand: Sendable {
  var name: String
  var values: ValueKind
  var isOptional = false
  var isRepeated = false

  static func one(_ name: String, _ values: ValueKind = .text) -> Operand {
    Operand(name: name, values: values)
  }

  static func one(of words: String...) -> Operand {
    Operand(name: words.joined(separator: "|"), values: .words(words))
  }

  static func optional(_ name: String, _ values: ValueKind = .text) -> Operand {
    Operand(name: name, values: values, isOptional: true)
  }

  /// One or more.
  static func several(_ name: String, _ values: ValueKind = .text) -> Operand {
    Operand(name: name, values: values, isRepeated: true)
  }

  /// Any number, including none.
  static func any(_ name: String, _ values: ValueKind = .text) -> Operand {
    Operand(name: name, values: values, isOptional: true, isRepeated: true)
  }

  var usage: String { (isOptional ? "[\(name)]" : name) + (isRepeated ? "…" : "") }
}

extension [Operand] {
  /// `SELECTOR [PATHSPEC]…`
  var usage: String { map(\.usage).joined(separator: " ") }

  var possibleCount: ClosedRange<Int> {
    count { !$0.isOptional }...(contains(where: \.isRepeated) ? .max : count)
  }

  /// The operand for the word at this place.
  func operand(at index: Int) -> Operand? {
    if indices.contains(index) { return self[index] }
    return last?.isRepeated == true ? last : nil
  }
}
