// The chunks of one stream, in order. Stored as text with one line for each chunk, so that a shell script can read it
// (docs/format.md): `<sha256> <bytes> <rows>:<sum> [<first block>-<last block>] [@<offset>]`. The lists of all streams of
// a source follow each other in one chunk.

import Codecs

package struct ChunkList: Hashable, Sendable {
  package var chunks: [ChunkReference]

  package init(_ chunks: [ChunkReference] = []) { self.chunks = chunks }

  package var byteCount: Int { chunks.reduce(0) { $0 + $1.byteCount } }
  package var fingerprint: RowFingerprint { chunks.reduce(RowFingerprint()) { $0 + $1.fingerprint } }

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
}
