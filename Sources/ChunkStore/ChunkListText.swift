// The text of a list of chunks (docs/format.md). Lists of hundreds of thousands of chunks are read, so it is read byte by byte,
// and accepted only as it is written: without leading zeros, capital letters or other signs.

import Codecs

extension ChunkList {
  package var encoded: [UInt8] {
    var text: [UInt8] = []
    for chunk in chunks {
      chunk.id.write { text.append($0) }
      text += " \(chunk.byteCount) \(chunk.fingerprint)".utf8
      if let blocks = chunk.blocks { text += " \(blocks.lowerBound)-\(blocks.upperBound)".utf8 }
      if let offset = chunk.offset { text += " @\(offset)".utf8 }
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// The largest sum of all numbers of bytes and rows, so that adding them needs no checks.
  private static let limit = 1 << 52
  /// PostgreSQL numbers blocks with 32 bits.
  private static let blocks = 0...(1 << 32)

  /// nil for text that `encoded` does not write.
  package init?(encoded bytes: [UInt8]) {
    self.init()
    var sum = 0
    let isValid = bytes.withUnsafeBytes { text in
      var scanner = ListScanner(text)
      while !scanner.isAtEnd {
        guard let chunk = Self.line(&scanner) else { return false }
        // Each is within the limit, so that the sum cannot overflow.
        sum += chunk.byteCount + chunk.fingerprint.rowCount
        if sum > Self.limit { return false }
        chunks.append(chunk)
      }
      return true
    }
    if !isValid { return nil }
  }

  private static func line(_ scanner: inout ListScanner) -> ChunkReference? {
    guard let id = scanner.chunkID(), scanner.skip(" "), let count = scanner.number(), count <= limit,
      scanner.skip(" "), let rows = scanner.number(), rows <= RowFingerprint.mostRows, scanner.skip(":"),
      let rowSum = scanner.hexadecimal()
    else { return nil }
    var chunk = ChunkReference(
      id: id, byteCount: count, fingerprint: RowFingerprint(rowCount: rows, sum: rowSum))
    if scanner.skip("\n") { return chunk }
    guard scanner.skip(" ") else { return nil }
    if !scanner.skip("@") {
      guard let first = scanner.number(), scanner.skip("-"), let end = scanner.number(), first <= end,
        // A table's last range has no end.
        blocks.contains(first), blocks.contains(end) || end == .max
      else { return nil }
      chunk.blocks = first..<end
      if scanner.skip("\n") { return chunk }
      guard scanner.skip(" "), scanner.skip("@") else { return nil }
    }
    guard let offset = scanner.number(), offset <= limit, scanner.skip("\n") else { return nil }
    chunk.offset = offset
    return chunk
  }
}
