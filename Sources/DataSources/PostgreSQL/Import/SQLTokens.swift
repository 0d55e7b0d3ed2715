// The tokens of one statement, as far as they are needed to recognize a few simple forms with certainty.

import FileSystem

enum SQLToken: Equatable {
  /// A word in lower case.
  case word(String)
  /// A quoted name, without the quotation marks.
  case quoted(String)
  /// A literal, without its quotation marks.
  case literal(String)
  case number
  case symbol(UInt8)

  func isWord(_ text: String) -> Bool { self == .word(text) }

  var isName: Bool {
    switch self {
    case .word, .quoted: true
    case .literal, .number, .symbol: false
    }
  }

  /// - Returns: nil for text that none of those forms has: comments, dollar quotes, escapes, unclosed quotation marks. The
  ///   final semicolon is left out.
  static func all(of text: [UInt8]) -> [SQLToken]? {
    var (tokens, place): ([SQLToken], Int) = ([], 0)
    while place < text.count {
      let byte = text[place]
      switch byte {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x20: place += 1
      case UInt8(ascii: "\""):
        guard let end = end(of: byte, in: text, from: place) else { return nil }
        let name = String(decoding: text[(place + 1)..<end], as: UTF8.self)
        tokens.append(.quoted(name.substituting("\"\"", with: "\"")))
        place = end + 1
      case UInt8(ascii: "'"):
        guard let end = end(of: byte, in: text, from: place), !text[place..<end].contains(UInt8(ascii: "\\"))
        else { return nil }
        let value = String(decoding: text[(place + 1)..<end], as: UTF8.self)
        tokens.append(.literal(value.substituting("''", with: "'")))
        place = end + 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        place = text[place...].firstIndex { !(48...57).contains($0) } ?? text.count
        tokens.append(.number)
      case _ where isWordByte(byte):
        let end = text[place...].firstIndex { !isWordByte($0) && !(48...57).contains($0) } ?? text.count
        tokens.append(.word(String(decoding: text[place..<end], as: UTF8.self).lowercased()))
        place = end
      case UInt8(ascii: "$"), UInt8(ascii: "\\"), 0: return nil
      default:
        if isComment(text, place) { return nil }
        tokens.append(.symbol(byte))
        place += 1
      }
    }
    if tokens.last == .symbol(UInt8(ascii: ";")) { tokens.removeLast() }
    return tokens.contains(.symbol(UInt8(ascii: ";"))) ? nil : tokens
  }

  private static func isComment(_ text: [UInt8], _ place: Int) -> Bool {
    let pair = text[place...].prefix(2)
    return pair.elementsEqual("--".utf8) || pair.elementsEqual("/*".utf8)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// The position of the closing mark; two marks mean one inside the text.
  private static func end(of mark: UInt8, in text: [UInt8], from start: Int) -> Int? {
    var place = start + 1
    while let found = text[place...].firstIndex(of: mark) {
      if found + 1 == text.count || text[found + 1] != mark { return found }
      place = found + 2
    }
    return nil
  }
}
