// Text in a header, as RFC 2047 has it: what is not ASCII is written in it.

enum EncodedWord {
  /// The longest piece, so that an encoded word has at most 75 characters.
  private static let longest = 60

  /// - Parameter separator: between pieces of a long text.
  static func header(_ text: String, separator: String) -> String {
    if text.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) && !text.utf8.contains(0x3D) {
      return text
    }
    var (words, piece) = ([String](), "")
    for scalar in text.unicodeScalars {
      let bytes = String(scalar).utf8.map(encoded).joined()
      if piece.utf8.count + bytes.utf8.count > longest {
        words.append(piece)
        piece = ""
      }
      piece += bytes
    }
    return (words + [piece]).map { "=?UTF-8?Q?\($0)?=" }.joined(separator: separator)
  }

  private static func encoded(_ byte: UInt8) -> String {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
    default: "=" + String(Int(byte) + 0x100, radix: 16, uppercase: true).dropFirst()
    }
  }
}
