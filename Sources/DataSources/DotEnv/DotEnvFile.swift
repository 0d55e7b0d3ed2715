// The assignments in an `.env` file, as far as its dialects agree: `[export] NAME=value`, quotes, quoted values over several
// lines, comments, any line ends, a byte order mark. Their positions are in bytes, so that a value can be rewritten while
// everything else stays as it is.

struct DotEnvFile: Sendable {
  enum Quote: UInt8, Sendable {
    case none = 0
    /// Every character means itself.
    case single = 0x27
    /// Backslashes and dollars are special.
    case double = 0x22
  }

  struct Entry: Sendable {
    var name: String
    /// The value with its quotes, in the file's bytes.
    var raw: Range<Int>
    /// The value without its quotes.
    var content: Range<Int>
    var quote: Quote
  }

  let bytes: [UInt8]
  let entries: [Entry]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var scanner = DotEnvScanner(bytes)
    entries = scanner.entries()
  }
}

private struct DotEnvScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func entries() -> [DotEnvFile.Entry] {
    var found: [DotEnvFile.Entry] = []
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while position < bytes.count {
      if let entry = assignment() { found.append(entry) }
      position = endOfLine(from: position) + 1
    }
    return found
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private mutating func skipBlanks() { while let byte = current, Self.isBlank(byte) { position += 1 } }

  private func endOfLine(from start: Int) -> Int {
    bytes[start...].firstIndex(where: Self.isLineEnd) ?? bytes.count
  }

  /// Parses the assignment on this line, and moves to the line on which its value ends.
  private mutating func assignment() -> DotEnvFile.Entry? {
    skipBlanks()
    let word = Array("export".utf8)
    let end = position + word.count
    if bytes[position...].starts(with: word), end < bytes.count, Self.isBlank(bytes[end]) {
      position = end
      skipBlanks()
    }
    let start = position
    while let byte = current,
      DotEnvName.contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    {
      position += 1
    }
    let name = bytes[start..<position]
    skipBlanks()
    guard !name.isEmpty, current == UInt8(ascii: "=") else { return nil }
    position += 1
    skipBlanks()
    return value(of: String(decoding: name, as: UTF8.self))
  }

  private mutating func value(of name: String) -> DotEnvFile.Entry {
    let start = position
    let lineEnd = endOfLine(from: start)
    guard let first = current, first != 0, let quote = DotEnvFile.Quote(rawValue: first) else {
      let end = plainEnd(start, lineEnd)
      position = lineEnd
      return .init(name: name, raw: start..<end, content: start..<end, quote: .none)
    }
    if let close = closing(quote, from: start + 1),
      close < lineEnd || isRestOfLineEmpty(from: close + 1)
    {
      position = close + 1
      return .init(name: name, raw: start..<(close + 1), content: (start + 1)..<close, quote: quote)
    }
    // The quote is never closed, so the value ends with the line.
    position = lineEnd
    return .init(name: name, raw: start..<lineEnd, content: (start + 1)..<lineEnd, quote: quote)
  }

  /// A comment begins at a # after white space; a # inside a URL does not begin one.
  private func plainEnd(_ start: Int, _ lineEnd: Int) -> Int {
    var end = lineEnd
    for index in start..<lineEnd where bytes[index] == UInt8(ascii: "#") {
      if index == start || Self.isBlank(bytes[index - 1]) {
        end = index
        break
      }
    }
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    return end
  }

  private func closing(_ quote: DotEnvFile.Quote, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == quote.rawValue { return index }
      index += quote == .double && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  private func isRestOfLineEmpty(from start: Int) -> Bool {
    let rest = bytes[start..<endOfLine(from: start)].drop(while: Self.isBlank)
    return rest.isEmpty || rest.first == UInt8(ascii: "#")
  }
}
