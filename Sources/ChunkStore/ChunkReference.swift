// One chunk of a stream.

import Codecs

package struct ChunkReference: Hashable, Sendable {
  package var id: ChunkID
  /// Uncompressed.
  package var byteCount: Int
  /// Of the rows in it; zero rows for streams that have none.
  package var fingerprint: RowFingerprint
  /// The blocks of the table from which the chunk's rows were read, where that is known.
  package var blocks: Range<Int>?
  /// Where the piece begins, for a chunk that holds more than this stream; nil for a whole chunk.
  package var offset: Int?

  package init(
    id: ChunkID, byteCount: Int, fingerprint: RowFingerprint = .init(), blocks: Range<Int>? = nil,
    offset: Int? = nil
  ) {
    (self.id, self.byteCount, self.fingerprint) = (id, byteCount, fingerprint)
    (self.blocks, self.offset) = (blocks, offset)
  }
}
