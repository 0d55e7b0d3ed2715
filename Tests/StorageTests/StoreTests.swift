// The store's directory: how it begins, who may open it, who keeps whom out.

import ChunkStore
import Codecs
import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Stores")
struct StoreTests {
  @Test("only its owner can enter a new store")
  func permissions() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    let session = try ChunkSession(store)
    _ = try session.write(Array("content".utf8), with: ChunkEncoder())
    try session.commit()
    func check(_ path: BytePath) throws {
      let status = try #require(try FileTree.status(path))
      #expect(status.permissions & 0o077 == 0, "\(path)")
      guard status.kind == .directory else { return }
      for name in try FileTree.list(path) { try check(path.appending(name)) }
    }
    try check(store.root)
  }

  @Test("making a store again changes nothing")
  func createAgain() throws {
    let directory = try TemporaryDirectory()
    let root = directory.appending("a/b/store")
    #expect(!Store.exists(at: root))
    #expect(throws: StoreError.self) { try Store.open(at: root) }
    _ = try Store.create(at: root)
    let format = try FileTree.readAll(root.appending("format"))
    #expect(String(decoding: format, as: UTF8.self) == "checkpoint store 2\n")
    _ = try Store.create(at: root)
    #expect(Store.exists(at: root))
    #expect(try FileTree.readAll(root.appending("format")) == format)
  }

  @Test("a store of a newer format is refused by number")
  func newerFormat() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    try directory.write("store/format", Array("checkpoint store 3\n".utf8))
    for attempt in [{ try Store.open(at: store.root) }, { try Store.create(at: store.root) }] {
      let error = #expect(throws: StoreError.self) { try attempt() }
      guard case .newerFormat(let found, let supported, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect((found, supported) == (3, 2))
    }
    #expect(
      String(decoding: try FileTree.readAll(store.root.appending("format")), as: UTF8.self).hasSuffix("3\n"))
  }

  @Test("a store of a format before the first release is refused by number")
  func olderFormat() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    try directory.write("store/format", Array("checkpoint store 1\n".utf8))
    let error = #expect(throws: StoreError.self) { try Store.open(at: store.root) }
    guard case .olderFormat(found: 1, supported: 2, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "a format that cannot be understood is refused",
    arguments: ["", "1\n", "checkpoint store \n", "checkpoint store x\n", "checkpoint store 1x\n"])
  func unreadableFormat(text: String) throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    try directory.write("store/format", Array(text.utf8))
    let error = #expect(throws: StoreError.self) { try Store.open(at: store.root) }
    guard case .unreadableFormat = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "a store whose making failed is none",
    arguments: [FaultyFileOperations.Call.open, .write, .sync, .rename])
  func failedCreation(call: FaultyFileOperations.Call) throws {
    let directory = try TemporaryDirectory()
    let root = directory.appending("store")
    #expect(throws: SystemError.self) {
      try Store.create(at: root, files: FaultyFileOperations(failing: call))
    }
    #expect(!Store.exists(at: root))
    #expect(throws: Never.self) { try Store.create(at: root) }
  }

  @Test("checkpoints share the store, a rollback has it exclusively")
  func locks() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    var first: FileLock? = try store.lock(.shared, waiting: 0)
    var second: FileLock? = try store.lock(.shared, waiting: 0)
    #expect(first != nil && second != nil)
    let error = #expect(throws: StoreError.self) { try store.lock(.exclusive, waiting: 0) }
    #expect(error?.description.contains("another checkpoint command") == true)
    (first, second) = (nil, nil)
    #expect(throws: Never.self) { try store.lock(.exclusive, waiting: 600) }
  }

  @Test("the sizes of a store and of its chunks are those on the disk")
  func sizes() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.appending("store"))
    let before = try store.totalByteCount()
    let session = try ChunkSession(store)
    var random = FixedRandom(1)
    let ids = try [1000, 2000].map { try session.write(random.bytes($0), with: ChunkEncoder()) }
    try session.commit()
    session.end()
    let stored = try ids.map { try #require(try store.storedByteCount($0)) }
    #expect(try store.totalByteCount() == before + stored.reduce(0, +))
    #expect(Set(try store.chunkIDs()) == Set(ids))
    let unknown = try #require(ChunkID(digest: SHA256.digest([1])))
    #expect(try store.storedByteCount(unknown) == nil)
    #expect(!store.contains(unknown))
  }
}
