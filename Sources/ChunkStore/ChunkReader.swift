// Reading chunks. What comes out has the SHA-256 that its name says, or an error comes out.
// One reader belongs to one thread.

import Codecs
import FileSystem

package final class ChunkReader {
  /// No chunk is larger: PostgreSQL allows a row's text at most 1 GiB, and a chunk holds one or more rows.
  private static let limit = 2 << 30

  private let store: Store
  /// Whose chunks can be read as well, although they are not in the store yet.
  private let session: ChunkSession?
  private let hash = SHA256()
  private let decompressor = ZstdDecompressor()
  private var content: [UInt8] = []
  /// The chunk that `content` holds: small streams share one.
  private var held: (id: ChunkID, byteCount: Int)?

  package init(_ store: Store, and session: ChunkSession? = nil) {
    (self.store, self.session) = (store, session)
  }

  /// Calls `body` with the chunk's bytes, which are valid only inside it.
  /// - Throws: `StoreError.chunkMissing`, `StoreError.chunkDamaged`.
  package func withChunk<Result>(_ id: ChunkID, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  {
    if held?.id != id { try load(id) }
    let count = held?.byteCount ?? 0
    return try content.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  /// Calls `body` with a stream's piece of a chunk, which is most often all of it.
  package func withPiece<Result>(
    _ piece: ChunkReference, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try withChunk(piece.id) { bytes in
      guard let offset = piece.offset else { return try body(bytes) }
      guard offset + piece.byteCount <= bytes.count else {
        throw StoreError.chunkDamaged(piece.id, "it is shorter than the list says")
      }
      return try body(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + piece.byteCount)]))
    }
  }

  private func load(_ id: ChunkID) throws {
    held = nil
    let frame: [UInt8]
    do { frame = try read(id) } catch {
      if error.isMissing { throw StoreError.chunkMissing(id) }
      throw StoreError.chunkDamaged(id, error.reason)
    }
    let count: Int
    do {
      count = try frame.withUnsafeBytes { try decompressor.decompress($0, into: &content, limit: Self.limit) }
    } catch let error as ZstdError {
      throw StoreError.chunkDamaged(id, error.message)
    }
    try content.withUnsafeBytes {
      guard ChunkID(digest: hash.digest(UnsafeRawBufferPointer(rebasing: $0[..<count]))) == id else {
        throw StoreError.chunkDamaged(id, "its bytes have another SHA-256")
      }
    }
    held = (id, count)
  }

  private func read(_ id: ChunkID) throws(SystemError) -> [UInt8] {
    do { return try Store.bytes(of: store.path(of: id)) } catch {
      guard let session, error.isMissing else { throw error }
      return try Store.bytes(of: session.temporaryPath(id.description))
    }
  }

  package func bytes(of id: ChunkID) throws -> [UInt8] { try withChunk(id) { Array($0) } }

  package func list(_ id: ChunkID) throws -> ChunkList {
    guard let list = ChunkList(encoded: try bytes(of: id)) else {
      throw StoreError.chunkDamaged(id, "it is not a list of chunks")
    }
    return list
  }
}
