// Writing chunks: durable before they are visible, all or nothing, whatever fails and whichever process is killed.

import ChunkStore
import Codecs
import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Chunk sessions")
struct ChunkSessionTests {
  private let directory: TemporaryDirectory
  private let root: BytePath

  init() throws {
    directory = try TemporaryDirectory()
    root = directory.appending("store")
    _ = try Store.create(at: root)
  }

  private func store(_ files: any FileOperations = SystemFileOperations()) throws -> Store {
    try Store.open(at: root, files: files)
  }

  private func contents(_ count: Int, seed: UInt64 = 1) -> [[UInt8]] {
    var random = FixedRandom(seed)
    return (0..<count).map { random.bytes(500 + $0) }
  }

  /// What is under `chunks/` and `tmp/`: nothing, when nothing may be left.
  private func leftovers() throws -> [BytePath] {
    let store = try store()
    return try store.chunkIDs().map { store.path(of: $0) } + FileTree.list(store.sessions)
  }

  @Test("what was committed can be read, and is named by the hash of its contents")
  func commit() throws {
    let session = try ChunkSession(store())
    let contents = contents(20) + [[]]
    let ids = try contents.map { try session.write($0, with: ChunkEncoder()) }
    #expect(try store().chunkIDs().isEmpty)
    try session.commit()
    let reader = ChunkReader(try store())
    for (id, bytes) in zip(ids, contents) {
      #expect(id == ChunkID(digest: SHA256.digest(bytes)))
      #expect(try reader.bytes(of: id) == bytes)
    }
    #expect(try ChunkSession.announced(in: store()) == Set(ids))
    session.end()
    #expect(try FileTree.list(store().sessions).isEmpty)
    #expect(try ChunkSession.announced(in: store()) == [])
  }

  @Test(
    "chunks are flushed before the first of them gets its name, and their directories after the last",
    arguments: [3, 30])
  func order(count: Int) throws {
    let files = FaultyFileOperations()
    let session = try ChunkSession(store(files))
    let before = files.calls.count
    for bytes in contents(count) { _ = try session.write(bytes, with: ChunkEncoder()) }
    try session.commit()
    let calls = Array(files.calls.dropFirst(before))
    let firstRename = try #require(calls.firstIndex(of: .rename))
    let lastRename = try #require(calls.lastIndex(of: .rename))
    let lastWrite = try #require(calls.lastIndex(of: .write))
    // A few files are flushed one by one; the directories of many chunks are many, too.
    func flushes(_ range: some RangeExpression<Int>) -> Int {
      calls[range].count { $0 == .sync } + (calls[range].contains(.syncFileSystem) ? 1000 : 0)
    }
    #expect(flushes((lastWrite + 1)..<firstRename) >= count)
    #expect(flushes((lastRename + 1)...) >= 2)
    #expect(calls.contains(.syncFileSystem) == (count > 8))
  }

  @Test("an aborted session leaves nothing, and so does one that is let go")
  func abort() throws {
    let session = try ChunkSession(store())
    for bytes in contents(5) { _ = try session.write(bytes, with: ChunkEncoder()) }
    session.end()
    #expect(try leftovers().isEmpty)
    do {
      let forgotten = try ChunkSession(store())
      _ = try forgotten.write([1, 2, 3], with: ChunkEncoder())
    }
    #expect(try leftovers().isEmpty)
  }

  @Test(
    "a full disk while writing leaves nothing", arguments: [FaultyFileOperations.Call.open, .write],
    [0, 1, 4])
  func failureWhileWriting(call: FaultyFileOperations.Call, after successes: Int) throws {
    let files = FaultyFileOperations(failing: call, after: successes)
    #expect(throws: SystemError.self) {
      let session = try ChunkSession(store(files))
      for bytes in contents(10) { _ = try session.write(bytes, with: ChunkEncoder()) }
      try session.commit()
    }
    #expect(try leftovers().isEmpty)
  }

  @Test(
    "a failure while committing makes nothing visible",
    arguments: [FaultyFileOperations.Call.syncFileSystem, .rename],
    [ENOSPC, EIO])
  func failureWhileCommitting(call: FaultyFileOperations.Call, code: Int32) throws {
    let files = FaultyFileOperations(failing: call, with: code)
    let error = #expect(throws: SystemError.self) {
      let session = try ChunkSession(store(files))
      for bytes in contents(10) { _ = try session.write(bytes, with: ChunkEncoder()) }
      try session.commit()
    }
    #expect(error?.code == code)
    #expect(try leftovers().isEmpty)
  }

  @Test("when names run out halfway, what got its name is whole")
  func failureHalfway() throws {
    let files = FaultyFileOperations(failing: .rename, after: 4)
    #expect(throws: SystemError.self) {
      let session = try ChunkSession(store(files))
      for bytes in contents(10) { _ = try session.write(bytes, with: ChunkEncoder()) }
      try session.commit()
    }
    let reader = ChunkReader(try store())
    let named = try store().chunkIDs()
    #expect(named.count == 3)
    for id in named { #expect(throws: Never.self) { try reader.bytes(of: id) } }
    #expect(try FileTree.list(store().sessions).isEmpty)
  }

  @Test("a chunk whose writing failed never becomes visible, even if the session is committed after all")
  func commitAfterFailure() throws {
    let files = FaultyFileOperations(failing: .write, after: 0)
    let session = try ChunkSession(store(files))
    let bytes = contents(1)[0]
    #expect(throws: SystemError.self) { try session.write(bytes, with: ChunkEncoder()) }
    files.heal()
    try? session.commit()
    let reader = ChunkReader(try store())
    for id in try store().chunkIDs() { #expect(throws: Never.self) { try reader.bytes(of: id) } }
  }

  @Test("a chunk whose writing failed can be written again when there is room")
  func retry() throws {
    let files = FaultyFileOperations(failing: .write, after: 0)
    let session = try ChunkSession(store(files))
    let bytes = contents(1)[0]
    #expect(throws: SystemError.self) { try session.write(bytes, with: ChunkEncoder()) }
    files.heal()
    let id = try session.write(bytes, with: ChunkEncoder())
    #expect(try ChunkSession.announced(in: store()) == [id])
    try session.commit()
    #expect(try ChunkReader(store()).bytes(of: id) == bytes)
  }

  @Test("the same content is stored once, within a session and over sessions")
  func deduplication() throws {
    let session = try ChunkSession(store())
    let bytes = contents(1)[0]
    let first = try session.write(bytes, with: ChunkEncoder())
    #expect(try session.write(bytes, with: ChunkEncoder()) == first)
    #expect(session.statistics.chunks == 2)
    #expect(session.statistics.newChunks == 1)
    #expect(session.statistics.bytesRead == 2 * bytes.count)
    try session.commit()
    #expect(session.statistics.bytesStored == (try store().storedByteCount(first)))
    let again = try ChunkSession(store())
    _ = try again.write(bytes, with: ChunkEncoder())
    #expect(again.statistics.newChunks == 0)
    #expect(again.statistics.bytesStored == 0)
    try again.commit()
    #expect(try store().chunkIDs() == [first])
  }

  @Test("two sessions that write the same chunk both succeed")
  func twoSessions() throws {
    let bytes = contents(1)[0]
    let first = try ChunkSession(store())
    let second = try ChunkSession(store())
    let id = try first.write(bytes, with: ChunkEncoder())
    #expect(try second.write(bytes, with: ChunkEncoder()) == id)
    try second.commit()
    try first.commit()
    #expect(try ChunkReader(store()).bytes(of: id) == bytes)
    #expect(try store().chunkIDs() == [id])
  }

  @Test("several threads write into one session")
  func threads() throws {
    let session = try ChunkSession(store())
    let queue = WorkQueue(contents(200) + contents(200))
    let worker = { @Sendable in
      let encoder = ChunkEncoder()
      while let bytes = queue.next() { _ = try session.write(bytes, with: encoder) }
    }
    try Threads.concurrently([worker, worker, worker])
    try session.commit()
    let reader = ChunkReader(try store())
    let ids = try store().chunkIDs()
    #expect(ids.count == 200)
    for id in ids { #expect(throws: Never.self) { try reader.bytes(of: id) } }
  }

  @Test("a chunk that was damaged in the store is written again by the next checkpoint that needs it")
  func damagedChunk() throws {
    let bytes = contents(1)[0]
    let first = try ChunkSession(store())
    let id = try first.write(bytes, with: ChunkEncoder())
    try first.commit()
    let path = try store().path(of: id)
    var frame = try FileTree.readAll(path)
    frame[frame.count / 2] ^= 1
    try SystemFileOperations().replaceFile(path, with: frame)
    let second = try ChunkSession(store())
    #expect(try second.write(bytes, with: ChunkEncoder()) == id)
    try second.commit()
    #expect(try ChunkReader(store()).bytes(of: id) == bytes)
  }

  // MARK: Killed sessions

  /// What a killed process leaves: a session's directory whose lock is free.
  private func makeAbandoned(_ name: BytePath) throws {
    let path = try store().sessions.appending(name)
    try TemporaryDirectory.write(path.appending("owner"), [], permissions: 0o600)
    try TemporaryDirectory.write(path.appending(BytePath(SHA256.digest([1]).hexadecimal)), [1, 2, 3])
  }

  @Test("what a killed session left is removed, what a live one holds is not")
  func abandoned() throws {
    try makeAbandoned("123-456")
    try makeAbandoned("123-789")
    let live = try ChunkSession(store())
    let id = try live.write([9, 9], with: ChunkEncoder())
    try ChunkSession.removeAbandoned(in: store())
    #expect(try FileTree.list(store().sessions).count == 1)
    try live.commit()
    #expect(try ChunkReader(store()).bytes(of: id) == [9, 9])
  }

  @Test("files that are no session's are left alone by the clearing")
  func strangers() throws {
    try TemporaryDirectory.write(store().sessions.appending("id.reserved"), [])
    try ChunkSession.removeAbandoned(in: store())
    #expect(try FileTree.list(store().sessions) == ["id.reserved"])
  }
}
