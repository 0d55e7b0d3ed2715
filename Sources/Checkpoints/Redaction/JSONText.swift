// A JSON value, parsed in linear time at any depth: decoders of Codable types take longer with each level. Numbers are kept
// as they were written.

indirect enum JSONText {
  /// `null`, `true` or a number, as it was written.
  case literal([UInt8])
  case string(String)
  case array([JSONText])
  case object([String: JSONText])

  /// Deeper text is not read as JSON.
  private static let depthLimit = 100

  /// nil if it is not JSON from its beginning to its end.
  init?(_ bytes: [UInt8]) {
    var parser = Parser(bytes)
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }

  /// Writes the value, with sorted members.
  func write(to out: inout [UInt8]) {
    switch self {
    case .literal(let bytes): out += bytes
    case .string(let text): Self.write(text, to: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        value.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        Self.write(member.key, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0x0A: out += "\\n".utf8
      case 0x0D: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        out += "\\u00".utf8
        out += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private struct Parser {
    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
      while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      skipBlanks()
      guard next == byte else { return false }
      index += 1
      return true
    }

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return next == nil
      }
    }

    mutating func value(depth: Int) -> JSONText? {
      skipBlanks()
      guard let first = next, depth < JSONText.depthLimit else { return nil }
      switch first {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return array(depth)
      case UInt8(ascii: "\""): return string().map { .string($0) }
      default: return literal()
      }
    }

    private mutating func array(_ depth: Int) -> JSONText? {
      index += 1
      var values: [JSONText] = []
      if take(UInt8(ascii: "]")) { return .array(values) }
      while true {
        guard let value = value(depth: depth + 1) else { return nil }
        values.append(value)
        if take(UInt8(ascii: "]")) { return .array(values) }
        guard take(UInt8(ascii: ",")) else { return nil }
      }
    }

    private mutating func object(_ depth: Int) -> JSONText? {
      index += 1
      var members: [String: JSONText] = [:]
      if take(UInt8(ascii: "}")) { return .object(members) }
      while true {
        skipBlanks()
        guard next == UInt8(ascii: "\""), let name = string(), take(UInt8(ascii: ":")),
          let value = value(depth: depth + 1)
        else { return nil }
        members[name] = value
        if take(UInt8(ascii: "}")) { return .object(members) }
        guard take(UInt8(ascii: ",")) else { return nil }
      }
    }

    private mutating func literal() -> JSONText? {
      let first = index
      while let byte = next, byte.isLetter || byte.isDigit || "+-.".utf8.contains(byte) { index += 1 }
      let word = Array(bytes[first..<index])
      guard let start = word.first else { return nil }
      let isNumber =
        (start.isDigit || start == UInt8(ascii: "-")) && Double(String(decoding: word, as: UTF8.self)) != nil
      return isNumber || ["null", "true", "false"].contains { word.elementsEqual($0.utf8) }
        ? .literal(word) : nil
    }

    private mutating func string() -> String? {
      index += 1
      var text: [UInt8] = []
      while let byte = next {
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
        case UInt8(ascii: "\\"): guard escape(&text) else { return nil }
        case 0..<0x20: return nil
        default: text.append(byte)
        }
      }
      return nil
    }

    private mutating func escape(_ text: inout [UInt8]) -> Bool {
      guard let byte = next else { return false }
      index += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "u"):
        guard var scalar = unit() else { return false }
        if (0xD800..<0xDC00).contains(scalar), bytes[index...].starts(with: "\\u".utf8) {
          let start = index
          index += 2
          guard let low = unit() else { return false }
          if (0xDC00..<0xE000).contains(low) {
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
          } else {
            index = start
          }
        }
        text += String(Character(UnicodeScalar(scalar) ?? "\u{FFFD}")).utf8
      default: return false
      }
      return true
    }

    /// Four hexadecimal digits.
    private mutating func unit() -> UInt32? {
      guard index + 4 <= bytes.count, bytes[index..<index + 4].allSatisfy({ $0.isDigit || $0.isLetter })
      else { return nil }
      defer { index += 4 }
      return UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    }
  }
}
