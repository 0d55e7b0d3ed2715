// A fingerprint of a set of rows that does not depend on their order: the number of rows, and the sum, modulo 2^128, of
// the XXH3 128-bit hash of each row's COPY text with its newline. It detects accidents, not attacks: for those, chunks
// have SHA-256.

import CXXHash

package struct RowFingerprint: Hashable, Sendable {
  /// The largest row count that a text may contain, so that a sum of several cannot overflow.
  package static let mostRows = 1 << 48

  package private(set) var rowCount: Int
  package private(set) var sum: UInt128

  package init(rowCount: Int = 0, sum: UInt128 = 0) {
    self.rowCount = rowCount
    self.sum = sum
  }

  /// Adds a row and returns 64 bits of its hash, for callers that need one, too.
  @inline(__always)
  package mutating func add(row: UnsafeRawBufferPointer) -> UInt64 {
    let hash = XXH3_128bits(row.baseAddress, row.count)
    rowCount += 1
    sum &+= UInt128(hash.high64) << 64 | UInt128(hash.low64)
    return hash.low64
  }

  /// The same 64 bits of the hash, for bytes that are not a row.
  package static func hash(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    XXH3_128bits(bytes.baseAddress, bytes.count).low64
  }

  /// Adds every row of a piece of COPY text that ends with a newline. In this format a newline inside a value is written
  /// as `\n`, so the byte 0x0A always ends a row.
  package mutating func add(lines: UnsafeRawBufferPointer) {
    var start = 0
    while start < lines.count {
      let rest = UnsafeRawBufferPointer(rebasing: lines[start...])
      let length = LineScan.end(of: rest)
      _ = add(row: UnsafeRawBufferPointer(rebasing: rest[..<length]))
      start += length
    }
  }

  package static func + (left: RowFingerprint, right: RowFingerprint) -> RowFingerprint {
    RowFingerprint(rowCount: left.rowCount + right.rowCount, sum: left.sum &+ right.sum)
  }

  package static func += (left: inout RowFingerprint, right: RowFingerprint) { left = left + right }
}

extension RowFingerprint: CustomStringConvertible, LosslessStringConvertible, Codable {
  /// `<rows>:<sum in hexadecimal>`
  package var description: String { "\(rowCount):\(String(sum, radix: 16))" }

  package init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let rows = Int(parts[0]), (0...Self.mostRows).contains(rows),
      let sum = UInt128(parts[1], radix: 16)
    else {
      return nil
    }
    self.init(rowCount: rows, sum: sum)
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = RowFingerprint(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a fingerprint: \(text)"))
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
