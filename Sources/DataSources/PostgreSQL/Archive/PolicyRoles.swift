// The roles in a `CREATE POLICY` of pg_dump: `CREATE POLICY p ON t FOR SELECT TO one, "two" USING (…)`.

enum PolicyRoles {
  static func find(in definition: [UInt8]) -> (range: Range<Int>, roles: [[UInt8]])? {
    var words = Words(definition)
    // Expressions come after the roles.
    while let word = words.next(), word != Array("USING".utf8), word != Array("WITH".utf8),
      word != Array(";".utf8)
    {
      if word == Array("TO".utf8) { return list(&words) }
    }
    return nil
  }

  private static func list(_ words: inout Words) -> (range: Range<Int>, roles: [[UInt8]])? {
    var roles: [[UInt8]] = []
    var range: Range<Int>?
    while let role = words.next() {
      roles.append(role)
      range = (range?.lowerBound ?? words.position - role.count)..<words.position
      guard words.skipComma() else { break }
    }
    return range.map { ($0, roles) }
  }

  /// Words between spaces, and whole identifiers in quotes.
  private struct Words {
    private let text: [UInt8]
    private(set) var position = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func next() -> [UInt8]? {
      while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
      let start = position
      var isQuoted = false
      while position < text.count {
        let byte = text[position]
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        let isEnd = [UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: ";")].contains(byte)
        if !isQuoted && isEnd {
          if position == start { position += 1 }
          break
        }
        position += 1
      }
      return position > start ? Array(text[start..<position]) : nil
    }

    mutating func skipComma() -> Bool {
      guard position < text.count, text[position] == UInt8(ascii: ",") else { return false }
      position += 1
      return true
    }
  }
}
