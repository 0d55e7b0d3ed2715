// Turns bytes into chunks.

import Codecs

/// What one thread needs to make chunks: a hash, a compressor, a buffer.
package final class ChunkEncoder {
  private let hash = SHA256()
  private let compressor = ZstdCompressor()

  package init() {}

  package func identify(_ bytes: UnsafeRawBufferPointer) -> ChunkID {
    guard let id = ChunkID(digest: hash.digest(bytes)) else {
      preconditionFailure("a digest of another size")
    }
    return id
  }

  /// One frame, valid until the next call.
  func compress(_ bytes: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
    try compressor.compress(bytes)
  }
}
