// Reading chunks: the bytes that the name says, or an error. Never anything else.

import ChunkStore
import Codecs
import FileSystem
import TestSupport
import Testing

@Suite("Chunk readers")
struct ChunkReaderTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let bytes = Array(Sample.rows(40).joined())
  private let id: ChunkID

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.create(at: directory.appending("store"))
    let session = try ChunkSession(store)
    id = try session.write(bytes, with: ChunkEncoder())
    try session.commit()
  }

  private func damage(_ frame: [UInt8]) throws { try TemporaryDirectory.write(store.path(of: id), frame) }

  @Test("every flipped byte is noticed")
  func flippedBytes() throws {
    let frame = try FileTree.readAll(store.path(of: id))
    for index in frame.indices {
      var damaged = frame
      damaged[index] ^= 0xFF
      try damage(damaged)
      let error = #expect(throws: StoreError.self, "byte \(index)") { try ChunkReader(store).bytes(of: id) }
      guard case .chunkDamaged(let named, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(named == id)
    }
  }

  @Test("a chunk that is empty, cut short or followed by something is damaged")
  func otherLengths() throws {
    let frame = try FileTree.readAll(store.path(of: id))
    for damaged in [[], Array(frame.dropLast()), Array(frame.prefix(8)), frame + [0], frame + frame] {
      try damage(damaged)
      #expect(throws: StoreError.self) { try ChunkReader(store).bytes(of: id) }
    }
  }

  @Test("a sound chunk under another chunk's name is damaged")
  func swapped() throws {
    let session = try ChunkSession(store)
    let other = try session.write([1, 2, 3], with: ChunkEncoder())
    try session.commit()
    try damage(FileTree.readAll(store.path(of: other)))
    #expect(throws: StoreError.self) { try ChunkReader(store).bytes(of: id) }
  }

  @Test("a chunk that is not there is said to be missing")
  func missing() throws {
    try FileTree.remove(store.path(of: id))
    let error = #expect(throws: StoreError.self) { try ChunkReader(store).bytes(of: id) }
    guard case .chunkMissing = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a reader goes on after a damaged chunk")
  func recovers() throws {
    let frame = try FileTree.readAll(store.path(of: id))
    let reader = ChunkReader(store)
    try damage(Array(frame.dropLast(3)))
    #expect(throws: StoreError.self) { try reader.bytes(of: id) }
    try damage(frame)
    #expect(try reader.bytes(of: id) == bytes)
  }

  @Test("a chunk that is no list of chunks is not taken for one")
  func lists() throws {
    #expect(throws: StoreError.self) { try ChunkReader(store).list(id) }
    let session = try ChunkSession(store)
    let list = ChunkList([ChunkReference(id: id, byteCount: bytes.count)])
    let listID = try session.write(list.encoded, with: ChunkEncoder())
    try session.commit()
    #expect(try ChunkReader(store).list(listID) == list)
  }
}
