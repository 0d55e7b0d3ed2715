// Collects many small streams in one chunk, because a file for each would cost more than its contents. Each stream is a
// piece of the chunk, found by its offset.

import Codecs

package final class ChunkBundle {
  private let emit: (UnsafeRawBufferPointer) throws -> ChunkID
  private var buffer: [UInt8] = []
  private var pieces: [(start: Int, end: Int, rows: RowFingerprint)] = []
  private var rows = RowFingerprint()
  private var start = 0

  /// - Parameter emit: stores the chunk.
  package init(emit: @escaping (UnsafeRawBufferPointer) throws -> ChunkID) { self.emit = emit }

  package func append(row: UnsafeRawBufferPointer) {
    buffer.append(contentsOf: row)
    _ = rows.add(row: row)
  }

  /// Ends a stream: the next row belongs to the next one.
  package func endStream() {
    pieces.append((start, buffer.count, rows))
    (start, rows) = (buffer.count, RowFingerprint())
  }

  /// Stores the collected streams as one chunk.
  /// - Returns: the streams' lists, in order. A stream without rows has an empty list.
  package func finish() throws -> [ChunkList] {
    defer {
      buffer.removeAll(keepingCapacity: true)
      pieces = []
      start = 0
    }
    if buffer.isEmpty { return pieces.map { _ in ChunkList() } }
    let (id, total) = (try buffer.withUnsafeBytes(emit), buffer.count)
    return pieces.map { piece in
      let count = piece.end - piece.start
      if count == 0 { return ChunkList() }
      return ChunkList([
        ChunkReference(
          id: id, byteCount: count, fingerprint: piece.rows, offset: count == total ? nil : piece.start)
      ])
    }
  }
}
