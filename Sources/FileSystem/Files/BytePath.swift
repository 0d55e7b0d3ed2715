// Paths as the kernel sees them: bytes, not text. A name in any encoding, or in none, survives a round trip. Only
// `description` makes it readable; it is never used to open anything.

import Glibc

package struct BytePath: Hashable, Sendable {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  package init(_ text: String) { self.bytes = Array(text.utf8) }

  /// Copies bytes that end with a zero byte.
  package init(cString: UnsafePointer<CChar>) {
    self.bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  package var isEmpty: Bool { bytes.isEmpty }
  package var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }

  /// The last component; the whole path if it has no slash.
  package var lastComponent: BytePath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return BytePath(bytes[(slash + 1)...])
  }

  /// What precedes the last slash; nil for a path without one. The parent of "/a" is "/".
  package var parent: BytePath? {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return slash == 0 ? (bytes.count > 1 ? BytePath("/") : nil) : BytePath(bytes[..<slash])
  }

  /// The directories above, the nearest first.
  package var ancestors: [BytePath] {
    sequence(first: self) { $0.parent }.dropFirst().map { $0 }
  }

  package var components: [BytePath] {
    bytes.split(separator: UInt8(ascii: "/")).map { BytePath($0) }
  }

  package func appending(_ other: BytePath) -> BytePath {
    if bytes.isEmpty { return other }
    return BytePath(
      bytes.last == UInt8(ascii: "/") ? bytes + other.bytes : bytes + [UInt8(ascii: "/")] + other.bytes)
  }

  package func appending(_ text: String) -> BytePath { appending(BytePath(text)) }

  package func hasPrefix(_ prefix: BytePath) -> Bool { bytes.starts(with: prefix.bytes) }

  /// True for the directory itself and for everything below it.
  package func isInside(_ directory: BytePath) -> Bool {
    guard bytes.starts(with: directory.bytes) else { return false }
    return bytes.count == directory.bytes.count || directory.bytes.isEmpty
      || directory.bytes.last == UInt8(ascii: "/") || bytes[directory.bytes.count] == UInt8(ascii: "/")
  }

  /// A path relative to the top of a working tree, without empty components, without `.`, and without `..` except at
  /// its beginning.
  package static func normalized(_ path: BytePath) -> BytePath {
    var kept: [BytePath] = []
    for component in path.components where component != "." {
      if component == "..", let last = kept.last, last != ".." {
        kept.removeLast()
      } else {
        kept.append(component)
      }
    }
    return kept.reduce(BytePath([UInt8]())) { $0.appending($1) }
  }

  /// The exact text if the bytes are UTF-8, otherwise nil.
  package var exactText: String? { String(validating: bytes, as: UTF8.self) }

  /// For system calls. Slashes at the end, which mark directories in git's lists and in ours, are left out: with them,
  /// the kernel would follow a link that has replaced the directory, even with `O_NOFOLLOW`.
  package func withCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if bytes.last != UInt8(ascii: "/") { return try withExactCString(body) }
    let end = (bytes.lastIndex { $0 != UInt8(ascii: "/") } ?? 0) + 1
    return try BytePath(bytes.prefix(end)).withExactCString(body)
  }

  /// For bytes that must stay as they are, such as the target of a link.
  package func withExactCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
    return try terminated.withUnsafeBufferPointer { buffer throws(Failure) in
      try body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }
}

extension Sequence<BytePath> {
  /// The input of programs with an option `-z`: a zero byte after each path.
  package var nulTerminated: [UInt8] { reduce(into: []) { $0 += $1.bytes + [0] } }
}

extension BytePath: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self.init(value) }
}

extension BytePath: Comparable {
  package static func < (left: BytePath, right: BytePath) -> Bool {
    left.bytes.withUnsafeBytes { left in
      right.bytes.withUnsafeBytes { right in
        let count = min(left.count, right.count)
        guard count > 0, let one = left.baseAddress, let other = right.baseAddress else {
          return left.count < right.count
        }
        let order = memcmp(one, other, count)
        return order == 0 ? left.count < right.count : order < 0
      }
    }
  }
}

extension BytePath {
  /// Faster than an array's own way, which hashes byte by byte.
  package func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension BytePath: CustomStringConvertible {
  /// For messages: control characters and bytes that are not UTF-8 appear as `\xNN`.
  package var description: String {
    if let text = exactText, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return text
    }
    var out = ""
    for byte in bytes {
      if byte >= 0x20 && byte < 0x7F {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        out += "\\x" + (hex.count == 1 ? "0" + hex : hex)
      }
    }
    return out
  }
}

extension BytePath: Codable {
  private enum CodingKeys: String, CodingKey { case hex }

  /// A JSON string if the bytes are UTF-8; otherwise `{"hex": "…"}`, so that nothing is lost.
  package init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self.init(text)
      return
    }
    let hex = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .hex)
    guard let bytes = [UInt8](hexadecimal: hex) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a path that is not hexadecimal"))
    }
    self.init(bytes)
  }

  package func encode(to encoder: any Encoder) throws {
    if let text = exactText {
      var container = encoder.singleValueContainer()
      try container.encode(text)
    } else {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(bytes.hexadecimal, forKey: .hex)
    }
  }
}

extension Dictionary where Key == BytePath, Value: Encodable {
  /// Encodes as Swift does for such a dictionary, paths and values alternating, but in the order of the paths, so that
  /// equal dictionaries become the same text.
  package func encode(sortedInto container: inout any UnkeyedEncodingContainer) throws {
    for (path, value) in sorted(by: { $0.key < $1.key }) {
      try container.encode(path)
      try container.encode(value)
    }
  }
}

extension [UInt8] {
  package init?(hexadecimal text: some StringProtocol) {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    self = []
    reserveCapacity(digits.count / 2)
    for pair in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.nibble(digits[pair]), let low = Self.nibble(digits[pair + 1]) else { return nil }
      append(high << 4 | low)
    }
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Sequence<UInt8> {
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in self {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
  }
}
