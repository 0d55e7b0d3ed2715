// Locks, atomic replacement and directory operations of the file system layer.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Locks")
struct FileLockTests {
  @Test("an exclusive lock keeps all others out until it is released")
  func exclusion() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("lock")
    var first = try FileLock.acquire(path, .exclusive)
    #expect(first != nil)
    #expect(try FileLock.acquire(path, .exclusive) == nil)
    #expect(try FileLock.acquire(path, .shared) == nil)
    first = nil
    // Another test's child may hold a copy of the descriptor between its fork and its exec.
    #expect(try FileLock.acquire(path, .exclusive, waiting: 600) != nil)
  }

  @Test("shared locks go together and keep an exclusive one out")
  func sharing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("lock")
    let first = try FileLock.acquire(path, .shared)
    let second = try FileLock.acquire(path, .shared)
    #expect(first != nil && second != nil)
    #expect(try FileLock.acquire(path, .exclusive) == nil)
    withExtendedLifetime((first, second)) {}
  }

  @Test("a waiting lock is taken as soon as its holder lets go")
  func waiting() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("lock")
    let held = try FileLock.acquire(path, .exclusive)
    let waiter = Pending { try FileLock.acquire(path, .exclusive, waiting: 600) != nil }
    withExtendedLifetime(held) {}
    _ = consume held
    #expect(try waiter.get())
  }

  @Test("a child does not hold the lock of the process that started it")
  func children() throws {
    let directory = try TemporaryDirectory()
    let path = directory.appending("lock")
    var lock = try FileLock.acquire(path, .exclusive)
    #expect(lock != nil)
    // The child waits for its input, which comes to its end only when the lock was taken again.
    try Subprocess(["cat"]).run(
      feed: {
        lock = nil
        lock = try FileLock.acquire(path, .exclusive, waiting: 600)
        return []
      }, consume: { _ in })
    #expect(lock != nil)
  }

  @Test("a lock file has no rights for others")
  func permissions() throws {
    let directory = try TemporaryDirectory()
    let lock = try FileLock.acquire(directory.appending("lock"), .shared)
    #expect(lock != nil)
    #expect((try FileTree.status(directory.appending("lock"))?.permissions ?? 0o777) & 0o077 == 0)
  }
}

@Suite("Replacing files")
struct ReplaceFileTests {
  private static let old = Array("old contents".utf8)
  private static let new = [UInt8](repeating: 0x6E, count: 100_000)

  @Test("the new file is whole, flushed before it gets its name, and the directory is flushed after")
  func order() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("file", Self.old)
    let files = FaultyFileOperations()
    try files.replaceFile(path, with: Self.new, mode: 0o640)
    #expect(try FileTree.readAll(path) == Self.new)
    #expect(try FileTree.list(directory.path) == ["file"])
    #expect(files.calls == [.open, .write, .sync, .rename, .open, .sync])
    #expect(files.callsWithPaths.last?.path == directory.path)
  }

  @Test(
    "a failure leaves the old file and nothing else",
    arguments: [FaultyFileOperations.Call.open, .write, .sync, .rename], [ENOSPC, EIO, EDQUOT])
  func failure(call: FaultyFileOperations.Call, code: Int32) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("file", Self.old)
    let files = FaultyFileOperations(failing: call, with: code)
    let error = #expect(throws: SystemError.self) { try files.replaceFile(path, with: Self.new) }
    #expect(error?.code == code)
    #expect(try FileTree.readAll(path) == Self.old)
    #expect(try FileTree.list(directory.path) == ["file"])
  }

  @Test("when only the directory's flush fails, the file is new and whole, and the failure is reported")
  func lateFailure() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("file", Self.old)
    let files = FaultyFileOperations(failing: .sync, with: EIO, after: 1)
    #expect(throws: SystemError.self) { try files.replaceFile(path, with: Self.new) }
    #expect(try FileTree.readAll(path) == Self.new)
    #expect(try FileTree.list(directory.path) == ["file"])
  }

  @Test("a link is replaced, not what it points to")
  func link() throws {
    let directory = try TemporaryDirectory()
    let target = try directory.write("target", Self.old)
    let link = directory.appending("link")
    try FileTree.makeLink(link, to: target)
    try SystemFileOperations().replaceFile(link, with: Self.new)
    #expect(try FileTree.readAll(target) == Self.old)
    #expect(try FileTree.status(link)?.kind == .regular)
  }
}

@Suite("Files and directories")
struct FileTreeTests {
  @Test("removing a directory does not follow the links in it")
  func removeKeepsLinkTargets() throws {
    let directory = try TemporaryDirectory()
    let kept = try directory.write("outside/kept", [1])
    try directory.write("tree/a/b", [2])
    try FileTree.makeLink(directory.appending("tree/link"), to: directory.appending("outside"))
    try FileTree.remove(directory.appending("tree"))
    #expect(try FileTree.list(directory.path) == ["outside"])
    #expect(try FileTree.readAll(kept) == [1])
    try FileTree.remove(directory.appending("tree"))
  }

  @Test("directories are made with all that is missing above them, as often as one likes")
  func makeDirectories() throws {
    let directory = try TemporaryDirectory()
    let deep = directory.appending("a/b/c")
    try FileTree.makeDirectories(deep, mode: 0o700)
    try FileTree.makeDirectories(deep, mode: 0o700)
    #expect(try FileTree.status(deep)?.kind == .directory)
    #expect(try FileTree.status(directory.appending("a"))?.permissions == 0o700)
  }

  @Test("a file in the way of a directory is an error")
  func fileInTheWay() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("a", [])
    #expect(throws: SystemError.self) { try FileTree.makeDirectories(file.appending("b"), mode: 0o700) }
    #expect(throws: SystemError.self) { try FileTree.makeDirectories(file, mode: 0o700) }
  }

  @Test(
    "links come back as they were made, dangling ones too",
    arguments: ["target", "../x", "/nowhere", "a b\n"])
  func links(target: BytePath) throws {
    let directory = try TemporaryDirectory()
    let link = directory.appending("link")
    try FileTree.makeLink(link, to: target)
    #expect(try FileTree.readLink(link) == target)
    #expect(try FileTree.status(link)?.kind == .symbolicLink)
  }

  @Test("a file is read whole when it is larger than any buffer, and in pieces of one size but the last")
  func reading() throws {
    let directory = try TemporaryDirectory()
    let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0) }
    let path = try directory.write("file", bytes)
    #expect(try FileTree.readAll(path) == bytes)
    var sizes: [Int] = []
    try OpenFile.open(path, flags: O_RDONLY).forEachPiece(of: 300_000) { sizes.append($0.count) }
    #expect(sizes == [300_000, 300_000, 100_001])
  }

  @Test("what is not there has no status, and other failures are errors")
  func status() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("a", [])
    #expect(try FileTree.status(directory.appending("none")) == nil)
    #expect(try FileTree.status(file.appending("below")) == nil)
    let long = BytePath([UInt8](repeating: UInt8(ascii: "x"), count: 300))
    #expect(throws: SystemError.self) { try FileTree.status(directory.appending(long)) }
  }
}
