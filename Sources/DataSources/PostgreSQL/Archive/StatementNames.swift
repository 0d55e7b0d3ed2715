// Finds the relation that a statement of pg_dump is about. An entry of an archive can depend on many relations (a rule on
// those that its action names, a foreign key on the table that it refers to); only its statement shows to which one it
// belongs.

struct StatementNames {
  enum Token: Equatable {
    /// Not quoted: a keyword or a plain name.
    case word([UInt8])
    case quoted([UInt8])
    case mark(UInt8)
  }

  private let tokens: [Token]

  /// - Parameter limit: the number of tokens that are read; definitions can be long, and names come first.
  init(_ statement: [UInt8], limit: Int = 4000) {
    var (tokens, rest): ([Token], ArraySlice<UInt8>) = ([], statement[...])
    while tokens.count < limit, let token = Self.next(&rest) { tokens.append(token) }
    self.tokens = tokens
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
      || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  private static func next(_ rest: inout ArraySlice<UInt8>) -> Token? {
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard let first = rest.first else { return nil }
    if isPartOfWord(first) {
      let word = rest.prefix(while: isPartOfWord)
      rest = rest.dropFirst(word.count)
      return .word(Array(word))
    }
    rest = rest.dropFirst()
    guard first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") else { return .mark(first) }
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == first {
        if rest.first != first { break }
        rest = rest.dropFirst()
      }
      text.append(byte)
    }
    // The text of a literal is no name, so only its quotation mark is kept.
    return first == UInt8(ascii: "\"") ? .quoted(text) : .mark(first)
  }

  private func isWord(_ index: Int, _ word: String) -> Bool {
    guard index < tokens.count, case .word(let bytes) = tokens[index] else { return false }
    return bytes.elementsEqual(word.utf8)
  }

  /// The name that begins at a token, including its schema if it has one.
  private func name(at index: Int) -> (schema: [UInt8]?, name: [UInt8])? {
    func part(_ index: Int) -> [UInt8]? {
      guard index < tokens.count else { return nil }
      switch tokens[index] {
      case .word(let bytes), .quoted(let bytes): return bytes
      case .mark: return nil
      }
    }
    guard let first = part(index) else { return nil }
    let hasDot = index + 1 < tokens.count && tokens[index + 1] == .mark(UInt8(ascii: "."))
    guard hasDot, let second = part(index + 2) else { return (nil, first) }
    return (first, second)
  }

  /// The name after a keyword outside parentheses; `ONLY` and `IF EXISTS` are skipped.
  /// - Parameter isLast: use the last such keyword instead of the first.
  func name(after keywords: [String], isLast: Bool = false) -> (schema: [UInt8]?, name: [UInt8])? {
    var depth = 0
    var found: Int?
    for index in tokens.indices {
      switch tokens[index] {
      case .mark(UInt8(ascii: "(")): depth += 1
      case .mark(UInt8(ascii: ")")): depth -= 1
      case .word where depth == 0 && keywords.indices.allSatisfy({ isWord(index + $0, keywords[$0]) }):
        found = index + keywords.count
      default: break
      }
      if found != nil && !isLast { break }
    }
    guard var place = found else { return nil }
    while ["ONLY", "IF", "NOT", "EXISTS"].contains(where: { isWord(place, $0) }) { place += 1 }
    return name(at: place)
  }

  /// The names in the parentheses after keywords; nil if there are none.
  func list(after keywords: [String]) -> [[UInt8]]? {
    let places = tokens.indices.filter { place in
      keywords.indices.allSatisfy { isWord(place + $0, keywords[$0]) }
    }
    guard let place = places.last.map({ $0 + keywords.count }), place < tokens.count,
      tokens[place] == .mark(UInt8(ascii: "("))
    else { return nil }
    var names: [[UInt8]] = []
    for token in tokens[(place + 1)...] {
      switch token {
      case .word(let bytes), .quoted(let bytes): names.append(bytes)
      case .mark(UInt8(ascii: ",")): continue
      case .mark: return names
      }
    }
    return nil
  }
}
