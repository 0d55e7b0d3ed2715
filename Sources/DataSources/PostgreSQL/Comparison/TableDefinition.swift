// The parts of a `CREATE TABLE` of pg_dump: columns, constraints between them, and everything around. Only pg_dump's form is
// parsed, one of many in SQL; text in another form becomes one part.

struct TableDefinition {
  struct Part {
    var name: String
    var text: String
  }

  private(set) var columns: [Part] = []
  private(set) var constraints: [Part] = []
  /// The text before and after the parentheses: `PARTITION BY …`, `INHERITS …`, statements that follow.
  private(set) var others: [String] = []

  init(_ text: String) {
    let bytes = Array(text.utf8)
    guard let start = Self.firstParenthesis(bytes) else {
      others = Self.statements(bytes[...])
      return
    }
    let (items, end) = Self.items(bytes, from: start + 1)
    for item in items {
      let (name, rest) = Self.name(item)
      if name == "CONSTRAINT" {
        let (constraint, definition) = Self.name(Array(rest.utf8))
        constraints.append(Part(name: constraint, text: definition))
      } else {
        columns.append(Part(name: name, text: rest))
      }
    }
    // The table's name is the object's, so it does not belong to the definition.
    let head = String(decoding: bytes[..<start], as: UTF8.self).split(separator: " ").dropLast()
    others = [head.joined(separator: " ")] + Self.statements(bytes[min(end + 1, bytes.count)...])
  }

  /// The position after a quoted piece that begins at `start`.
  private static func endOfQuote(_ bytes: [UInt8], _ start: Int) -> Int {
    let mark = bytes[start]
    var index = start + 1
    while index < bytes.count {
      if bytes[index] == mark {
        if index + 1 < bytes.count && bytes[index + 1] == mark {
          index += 1
        } else {
          return index + 1
        }
      }
      index += 1
    }
    return index
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }

  private static func firstParenthesis(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      if isQuote(bytes[index]) {
        index = endOfQuote(bytes, index)
        continue
      }
      if bytes[index] == UInt8(ascii: "(") { return index }
      index += 1
    }
    return nil
  }

  /// The pieces between commas, and the position of the closing parenthesis.
  private static func items(_ bytes: [UInt8], from start: Int) -> (items: [[UInt8]], end: Int) {
    var (items, depth, index, begin): ([[UInt8]], Int, Int, Int) = ([], 0, start, start)
    func add(_ end: Int) {
      let item = trimmed(bytes[begin..<end])
      if !item.isEmpty { items.append(Array(item)) }
    }
    while index < bytes.count {
      switch bytes[index] {
      case let byte where isQuote(byte):
        index = endOfQuote(bytes, index)
        continue
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")") where depth == 0:
        add(index)
        return (items, index)
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        add(index)
        begin = index + 1
      default: break
      }
      index += 1
    }
    add(index)
    return (items, index)
  }

  /// The first word, quoted or not, as written, and the text after it.
  private static func name(_ item: [UInt8]) -> (String, String) {
    let end: Int
    if item.first == UInt8(ascii: "\"") {
      end = endOfQuote(item, 0)
    } else {
      end = item.firstIndex { $0 == 0x20 || $0 == 0x0A } ?? item.count
    }
    return (
      String(decoding: item[..<end], as: UTF8.self),
      String(decoding: trimmed(item[end...]), as: UTF8.self)
    )
  }

  /// The texts between semicolons.
  private static func statements(_ bytes: ArraySlice<UInt8>) -> [String] {
    var found: [String] = []
    let all = Array(bytes)
    var (index, begin) = (0, 0)
    while index < all.count {
      if isQuote(all[index]) {
        index = endOfQuote(all, index)
        continue
      }
      if all[index] == UInt8(ascii: ";") {
        found.append(String(decoding: trimmed(all[begin..<index]), as: UTF8.self))
        begin = index + 1
      }
      index += 1
    }
    found.append(String(decoding: trimmed(all[begin...]), as: UTF8.self))
    return found.filter { !$0.isEmpty }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 }
    var rest = bytes.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return rest
  }
}
