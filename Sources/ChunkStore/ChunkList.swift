// The chunks of one stream, in order. Stored as text with one line for each chunk, so that a shell script can read it
// (docs/format.md): `<sha256> <bytes> <rows>:<sum> [<first block>-<last block>] [@<offset>]`. The lists of all streams of
// a source follow each other in one chunk.

import Codecs

package struct ChunkList: Hashable, Sendable {
  package var chunks: [ChunkReference]

  package init(_ chunks: [ChunkReference] = []) { self.chunks = chunks }

  package var byteCount: Int { chunks.reduce(0) { $0 + $1.byteCount } }
  package var fingerprint: RowFingerprint { chunks.reduce(RowFingerprint()) { $0 + $1.fingerprint } }

  package var encoded: [UInt8] {
    var text = ""
    for chunk in chunks {
      text += "\(chunk.id) \(chunk.byteCount) \(chunk.fingerprint)"
      if let blocks = chunk.blocks { text += " \(blocks.lowerBound)-\(blocks.upperBound)" }
      if let offset = chunk.offset { text += " @\(offset)" }
      text += "\n"
    }
    return Array(text.utf8)
  }

  /// Appends another list.
  /// - Returns: the lines that it gets.
  package mutating func append(_ other: ChunkList) -> ListLines {
    defer { chunks += other.chunks }
    return ListLines(first: chunks.count + 1, count: other.chunks.count)
  }

  /// nil if there are no such lines.
  package subscript(lines: ListLines) -> ChunkList? {
    let start = lines.first - 1
    guard start >= 0, lines.count >= 0, start + lines.count <= chunks.count else { return nil }
    return ChunkList(Array(chunks[start..<(start + lines.count)]))
  }

  /// The largest sum of all numbers of bytes and rows, so that adding them needs no checks.
  private static let limit = 1 << 52
  /// PostgreSQL numbers blocks with 32 bits.
  private static let blocks = 0...(1 << 32)

  /// nil for text that `encoded` does not write.
  package init?(encoded bytes: [UInt8]) {
    chunks = []
    var sum = 0
    /// Whether a number, and the sum of all so far, is within the limit.
    func isPlausible(_ number: Int) -> Bool {
      guard (0...Self.limit).contains(number) else { return false }
      sum += number
      return sum <= Self.limit
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      var fields = line.split(separator: " ")
      var offset: Int?
      if fields.count > 3, fields.last?.first == "@", let last = fields.popLast() {
        guard let number = Int(last.dropFirst()), (0...Self.limit).contains(number) else { return nil }
        offset = number
      }
      guard fields.count == 3 || fields.count == 4, let id = ChunkID(fields[0]), let count = Int(fields[1]),
        let fingerprint = RowFingerprint(String(fields[2])), isPlausible(count),
        isPlausible(fingerprint.rowCount)
      else { return nil }
      var blocks: Range<Int>?
      if fields.count == 4 {
        let bounds = fields[3].split(separator: "-").compactMap { Int($0) }
        // A table's last range has no end.
        guard bounds.count == 2, bounds[0] <= bounds[1], Self.blocks.contains(bounds[0]),
          Self.blocks.contains(bounds[1]) || bounds[1] == .max
        else { return nil }
        blocks = bounds[0]..<bounds[1]
      }
      chunks.append(
        ChunkReference(id: id, byteCount: count, fingerprint: fingerprint, blocks: blocks, offset: offset))
    }
    guard encoded == bytes else { return nil }
  }
}
