// One chunk of a stream.

import Codecs

package struct ChunkReference: Hashable, Sendable {
  package var id: ChunkID
  /// The size before compression.
  package var byteCount: Int
  /// The fingerprint of its rows; zero rows for streams without rows.
  package var fingerprint: RowFingerprint
  /// The blocks of the table from which its rows were read, if known.
  package var blocks: Range<Int>?
  /// Where the stream's piece begins in a chunk that has several streams; nil for a whole chunk.
  package var offset: Int?

  package init(
    id: ChunkID, byteCount: Int, fingerprint: RowFingerprint = .init(), blocks: Range<Int>? = nil,
    offset: Int? = nil
  ) {
    self.id = id
    self.byteCount = byteCount
    self.fingerprint = fingerprint
    self.blocks = blocks
    self.offset = offset
  }
}
