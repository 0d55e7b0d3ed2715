// Reads chunks. The bytes have the SHA-256 that is the chunk's name, otherwise an error is thrown. A reader belongs to one
// thread.

import Codecs
import FileSystem

package final class ChunkReader {
  /// No chunk is larger: PostgreSQL limits a row's text to 1 GiB, and a row that long gets a chunk of its own.
  private static let limit = 2 << 30

  /// The sizes that documents and lists of chunks can have. They are text without much repetition, so if a small chunk
  /// expands to a large one, another program wrote it. For rows and files that does not hold.
  private enum Documents {
    static let limit = 256 << 20
    /// Up to this size the ratio does not matter.
    static let small = 16 << 20
    static let ratio = 256

    static func limit(ofStored byteCount: Int) -> Int { min(limit, max(small, byteCount * ratio)) }
  }

  /// nil if all chunks come from elsewhere.
  private let store: Store?
  /// A session whose chunks can be read as well, although they are not in the store yet.
  private let session: ChunkSession?
  /// Gives the frames of chunks that no store has.
  private let elsewhere: (ChunkID) throws -> [UInt8]?
  private let hash = SHA256()
  private let decompressor = ZstdDecompressor()
  private var content: [UInt8] = []
  /// The chunk in `content`. It is kept because small streams share a chunk.
  private var held: (id: ChunkID, byteCount: Int)?

  package init(
    _ store: Store, and session: ChunkSession? = nil
  ) {
    (self.store, self.session, elsewhere) = (store, session, { _ in nil })
  }

  /// For chunks that are not in a store.
  /// - Parameter elsewhere: gives their frames; nil for one that is missing.
  package init(elsewhere: @escaping (ChunkID) throws -> [UInt8]?) {
    (store, session, self.elsewhere) = (nil, nil, elsewhere)
  }

  /// Calls `body` with the chunk's bytes, which are valid only inside it.
  /// - Throws: `StoreError.chunkMissing`, `StoreError.chunkDamaged`.
  package func withChunk<Result>(_ id: ChunkID, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  {
    if held?.id != id {
      do { try load(id) { _ in Self.limit } } catch let error as ZstdError {
        throw StoreError.chunkDamaged(id, error.message)
      }
    }
    return try withHeld(body)
  }

  private func withHeld<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let count = held?.byteCount ?? 0
    return try content.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  /// Calls `body` with a stream's piece of a chunk, which is usually the whole chunk.
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

  /// - Parameter limit: the largest size of the content, given the size of the stored file.
  /// - Throws: `ZstdError` if it is exceeded.
  private func load(_ id: ChunkID, limit: (Int) -> Int) throws {
    held = nil
    try decode(stored(id), of: id, limit: limit)
  }

  private func decode(_ frame: [UInt8], of id: ChunkID, limit: (Int) -> Int) throws {
    let count: Int
    do {
      count = try frame.withUnsafeBytes {
        try decompressor.decompress($0, into: &content, limit: limit(frame.count))
      }
    } catch let error as ZstdError where !error.isTooLarge {
      throw StoreError.chunkDamaged(id, error.message)
    }
    try content.withUnsafeBytes {
      guard ChunkID(digest: hash.digest(UnsafeRawBufferPointer(rebasing: $0[..<count]))) == id else {
        throw StoreError.chunkDamaged(id, "its bytes have a different SHA-256")
      }
    }
    held = (id, count)
  }

  private func stored(_ id: ChunkID) throws -> [UInt8] {
    if let store {
      do { return try read(id, in: store) } catch {
        guard error.isMissing else { throw StoreError.chunkDamaged(id, error.reason) }
      }
    }
    if let frame = try elsewhere(id) { return frame }
    throw StoreError.chunkMissing(id)
  }

  private func read(_ id: ChunkID, in store: Store) throws(SystemError) -> [UInt8] {
    if let bytes = try Store.bytesIfThere(store.path(of: id)) { return bytes }
    if let session, let bytes = try Store.bytesIfThere(session.temporaryPath(id.description)) { return bytes }
    // A collection may move it to the trash, and back, at any moment.
    if let bytes = try Store.bytesIfThere(Trash(store).path(of: id)) { return bytes }
    return try Store.bytes(of: store.path(of: id))
  }

  /// A chunk as it is stored, for a copy of the store.
  /// - Throws: `StoreError.chunkDamaged` if it is not what was written.
  package func frame(_ id: ChunkID) throws -> [UInt8] {
    let frame = try stored(id)
    guard SealedFrame.isWhole(frame) else { throw StoreError.chunkDamaged(id, "its seal is broken") }
    return frame
  }

  /// The bytes of a chunk whose frame was read elsewhere.
  /// - Parameter limit: of their number; nil for a document or a list.
  /// - Throws: `StoreError.chunkDamaged` if they are not those of that name, or are too many.
  package func bytes(of id: ChunkID, in frame: [UInt8], limit: Int?) throws -> [UInt8] {
    held = nil
    let largest = min(limit ?? Self.limit, Self.limit)
    do { try decode(frame, of: id) { limit == nil ? Documents.limit(ofStored: $0) : largest } } catch let
      error as ZstdError
    {
      throw StoreError.chunkDamaged(id, error.message)
    }
    return withHeld { Array($0) }
  }

  /// - Throws: `StoreError.chunkDamaged` if a frame is not that of the chunk, or expands to more than a chunk of such a size does.
  package func check(_ id: ChunkID, in frame: [UInt8]) throws {
    held = nil
    do {
      try decode(frame, of: id) { max(Documents.limit(ofStored: $0), min($0 * 4096, Self.limit)) }
    } catch let error
      as ZstdError
    {
      throw StoreError.chunkDamaged(id, error.message)
    }
  }

  package func bytes(of id: ChunkID) throws -> [UInt8] { try withChunk(id) { Array($0) } }

  /// The bytes of a document or a list.
  private func text(of id: ChunkID) throws -> [UInt8] {
    if held?.id != id {
      do { try load(id, limit: Documents.limit(ofStored:)) } catch let error as ZstdError {
        throw StoreError.documentRefused(id, error.message)
      }
    }
    return withHeld { Array($0) }
  }

  /// - Throws: also `StoreError.documentRefused`, for a document that this program cannot have written.
  package func document<Value: Decodable>(_ type: Value.Type, _ id: ChunkID) throws -> Value {
    do { return try StoredJSON.decode(type, from: text(of: id)) } catch let error as DecodingError {
      throw StoreError.documentRefused(id, StoredJSON.summary(error))
    }
  }

  package func list(_ id: ChunkID) throws -> ChunkList {
    guard let list = ChunkList(encoded: try text(of: id)) else {
      throw StoreError.documentRefused(id, "it is not a list of chunks")
    }
    return list
  }
}
