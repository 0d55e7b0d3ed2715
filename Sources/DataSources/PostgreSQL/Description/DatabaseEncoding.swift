// Converts text between a database's encoding and Swift's. Names from the server are in UTF-8, names in an archive in the
// database's encoding; they are converted so that the two can be matched.

import Glibc

struct DatabaseEncoding {
  /// iconv's names if they differ from PostgreSQL's (“Character Set Support” in its manual).
  private static let names = [
    "LATIN1": "ISO-8859-1", "LATIN2": "ISO-8859-2", "LATIN3": "ISO-8859-3", "LATIN4": "ISO-8859-4",
    "LATIN5": "ISO-8859-9", "LATIN6": "ISO-8859-10", "LATIN7": "ISO-8859-13", "LATIN8": "ISO-8859-14",
    "LATIN9": "ISO-8859-15", "LATIN10": "ISO-8859-16", "ISO_8859_5": "ISO-8859-5", "ISO_8859_6": "ISO-8859-6",
    "ISO_8859_7": "ISO-8859-7", "ISO_8859_8": "ISO-8859-8", "KOI8R": "KOI8-R", "KOI8U": "KOI8-U",
    "EUC_JP": "EUC-JP", "EUC_CN": "EUC-CN", "EUC_KR": "EUC-KR", "EUC_TW": "EUC-TW", "SJIS": "SHIFT_JIS",
    "EUC_JIS_2004": "EUC-JISX0213", "WIN866": "CP866", "WIN874": "CP874",
  ]

  private let encoding: String?

  init(_ encoding: String) {
    if ["UTF8", "SQL_ASCII"].contains(encoding) {
      self.encoding = nil
    } else if encoding.hasPrefix("WIN") && Self.names[encoding] == nil {
      self.encoding = "CP" + encoding.dropFirst(3)
    } else {
      self.encoding = Self.names[encoding] ?? encoding
    }
  }

  func text(_ bytes: [UInt8]) -> String {
    if let encoding, bytes.contains(where: { $0 >= 0x80 }),
      let converted = Self.convert(bytes, from: encoding, to: "UTF-8")
    {
      return String(decoding: converted, as: UTF8.self)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func bytes(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard let encoding, bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
    return Self.convert(bytes, from: "UTF-8", to: encoding) ?? bytes
  }

  /// nil if the encoding is unknown, or the bytes are invalid in it.
  private static func convert(_ bytes: [UInt8], from: String, to: String) -> [UInt8]? {
    guard let converter = iconv_open(to, from), Int(bitPattern: converter) != -1 else { return nil }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    // In none of them does one byte become more than four.
    var output = [CChar](repeating: 0, count: 4 * bytes.count)
    var (inputLeft, outputLeft) = (input.count, output.count)
    let isConverted = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var (source, target) = (input.baseAddress, output.baseAddress)
        return iconv(converter, &source, &inputLeft, &target, &outputLeft) != .max
      }
    }
    return isConverted ? output.dropLast(outputLeft).map { UInt8(bitPattern: $0) } : nil
  }
}
