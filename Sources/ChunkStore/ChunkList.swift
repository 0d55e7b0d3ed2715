// The chunks of one stream, in order. Stored as text, one line a chunk, so that a shell can follow it
// (docs/format.md): `<sha256> <bytes> <rows>:<sum> [<first block>-<last block>]`.

import Codecs

package struct ChunkReference: Hashable, Sendable {
  package var id: ChunkID
  /// Uncompressed.
  package var byteCount: Int
  /// Of the rows in it; zero rows for streams that have none.
  package var fingerprint: RowFingerprint
  /// The blocks of the table from which the chunk's rows were read, where that is known.
  package var blocks: Range<Int>?

  package init(id: ChunkID, byteCount: Int, fingerprint: RowFingerprint = .init(), blocks: Range<Int>? = nil)
  {
    self.id = id
    self.byteCount = byteCount
    self.fingerprint = fingerprint
    self.blocks = blocks
  }
}

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
      text += "\n"
    }
    return Array(text.utf8)
  }

  /// nil for anything but what `encoded` writes.
  package init?(encoded bytes: [UInt8]) {
    chunks = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 3 || fields.count == 4, let id = ChunkID(fields[0]), let count = Int(fields[1]),
        let fingerprint = RowFingerprint(String(fields[2]))
      else { return nil }
      var blocks: Range<Int>?
      if fields.count == 4 {
        let bounds = fields[3].split(separator: "-").compactMap { Int($0) }
        guard bounds.count == 2, bounds[0] <= bounds[1] else { return nil }
        blocks = bounds[0]..<bounds[1]
      }
      chunks.append(ChunkReference(id: id, byteCount: count, fingerprint: fingerprint, blocks: blocks))
    }
    guard encoded == bytes else { return nil }
  }
}
