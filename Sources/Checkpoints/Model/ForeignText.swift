// Text from elsewhere, in whatever encoding: a file that was edited by hand, the output of a program. Nothing is refused;
// bytes that are no text come out as something that can be shown.

package enum ForeignText {
  /// - Parameter bytes: UTF-8, UTF-16 with or without a byte order mark, or anything else, which is read as Windows-1252
  ///   line by line.
  package static func decode(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return decode(Array(bytes.dropFirst(3))) }
    if bytes.starts(with: [0xFF, 0xFE]) { return wide(bytes.dropFirst(2), isLittleEndian: true) }
    if bytes.starts(with: [0xFE, 0xFF]) { return wide(bytes.dropFirst(2), isLittleEndian: false) }
    if let isLittleEndian = looksWide(bytes.prefix(512)) {
      return wide(bytes[...], isLittleEndian: isLittleEndian)
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(validating: line, as: UTF8.self) ?? western(line)
    }.joined(separator: "\n")
  }

  private static func wide(_ bytes: ArraySlice<UInt8>, isLittleEndian: Bool) -> String {
    let pairs = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittleEndian ? second << 8 | first : first << 8 | second
    }
    return String(decoding: pairs, as: UTF16.self)
  }

  /// Western text in UTF-16 has zeros in nearly every second byte, and only there.
  private static func looksWide(_ bytes: ArraySlice<UInt8>) -> Bool? {
    guard bytes.count >= 4 else { return nil }
    let (even, odd) = bytes.enumerated().reduce(into: (0, 0)) { zeros, byte in
      guard byte.element == 0 else { return }
      if byte.offset % 2 == 0 { zeros.0 += 1 } else { zeros.1 += 1 }
    }
    if odd * 4 > bytes.count && even == 0 { return true }
    return even * 4 > bytes.count && odd == 0 ? false : nil
  }

  /// 0x80 to 0x9F of Windows-1252, of which five are undefined; the rest is Latin-1.
  private static let specials = Array(
    "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars)

  private static func western(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
      text.unicodeScalars.append(
        (0x80...0x9F).contains(byte) ? specials[Int(byte) - 0x80] : Unicode.Scalar(byte))
    }
  }
}
