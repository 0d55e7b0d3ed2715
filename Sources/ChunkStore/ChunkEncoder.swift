// Hashes and compresses the bytes of chunks.

import Codecs

/// The hash, the compressor and the buffer with which one thread makes chunks.
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

  /// The name of a chunk, and how a store would have it.
  package func frame(_ bytes: [UInt8]) throws -> (id: ChunkID, frame: [UInt8]) {
    try bytes.withUnsafeBytes { (identify($0), Array(try compress($0))) }
  }

  /// Compresses to one frame, which is valid until the next call.
  func compress(_ bytes: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
    try compressor.compress(bytes)
  }
}
