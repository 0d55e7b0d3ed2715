// Reads the tokens of one statement from the beginning, to recognize simple forms.

struct TokenReader {
  private var rest: ArraySlice<SQLToken>

  init(_ tokens: [SQLToken]) { rest = tokens[...] }

  var isAtEnd: Bool { rest.isEmpty }
  var remaining: ArraySlice<SQLToken> { rest }

  /// The tokens that `read` took; if it failed, nil, and nothing is taken.
  mutating func taken(_ read: (inout TokenReader) -> Bool) -> ArraySlice<SQLToken>? {
    let start = self
    guard read(&self) else {
      self = start
      return nil
    }
    return start.rest.prefix(start.rest.count - rest.count)
  }

  /// Takes words that must come next.
  mutating func take(_ words: String) -> Bool {
    let wanted = words.split(separator: " ").map { SQLToken.word(String($0)) }
    guard rest.starts(with: wanted) else { return false }
    rest = rest.dropFirst(wanted.count)
    return true
  }

  mutating func takeAny(_ choices: [String]) -> String? {
    for words in choices {
      var copy = self
      if copy.take(words) {
        self = copy
        return words
      }
    }
    return nil
  }

  mutating func name() -> String? {
    switch rest.first {
    case .word(let text), .quoted(let text):
      rest = rest.dropFirst()
      return text
    default: return nil
    }
  }

  mutating func symbol(_ text: Unicode.Scalar) -> Bool {
    guard rest.first == .symbol(UInt8(ascii: text)) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func number() -> Bool {
    guard rest.first == .number else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func literal() -> String? {
    guard case .literal(let value) = rest.first else { return nil }
    rest = rest.dropFirst()
    return value
  }

  mutating func qualifiedName() -> Bool {
    guard name() != nil else { return false }
    while symbol(".") { if name() == nil { return false } }
    return true
  }

  /// Takes an operator's name: its characters, and the schema before it.
  mutating func qualifiedOperator() -> Bool {
    while rest.first?.isName == true, rest.dropFirst().first == .symbol(UInt8(ascii: ".")) {
      rest = rest.dropFirst(2)
    }
    let start = rest
    while case .symbol(let byte) = rest.first, "+-*/<>=~!@#%^&|`?".utf8.contains(byte) {
      rest = rest.dropFirst()
    }
    return rest.count < start.count
  }

  /// Takes types in parentheses: names, dots, commas, brackets, and nothing that has a value.
  mutating func arguments() -> Bool {
    guard symbol("(") else { return false }
    var depth = 1
    while depth > 0 {
      guard let token = rest.first else { return false }
      rest = rest.dropFirst()
      switch token {
      case .word, .quoted, .number: break
      case .literal: return false
      case .symbol(let byte):
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        if !"().,[]*".utf8.contains(byte) { return false }
      }
    }
    return true
  }
}
