// Edits that sizes and times hardly show: git's stat data must neither hide them from a checkpoint nor make a
// restored file look clean. And what is clean by its stat data is not read again.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Stat data")
struct StatDataTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    for name in ["a", "b"] as [BytePath] { try repository.write(name, "AAAA\n") }
    try repository.commit()
  }

  /// Writes into the file that is there, as editors do that keep the inode.
  private func overwrite(_ name: BytePath, _ text: String) throws {
    let file = try OpenFile.open(repository.path(name), flags: O_WRONLY)
    try SystemFileOperations().write(Array(text.utf8), to: file)
  }

  private func setModified(_ name: BytePath, _ time: timespec) throws {
    let times = [time, time]
    let code = repository.path(name).withCString { utimensat(AT_FDCWD, $0, times, 0) }
    try #require(code == 0)
  }

  private func modified(_ name: BytePath) throws -> timespec {
    try #require(try FileTree.status(repository.path(name))).modified
  }

  /// Long before the index was written, so that git trusts what the index says of it.
  private func settle(_ name: BytePath) throws {
    try setModified(name, timespec(tv_sec: 1_700_000_000, tv_nsec: 5))
    try repository.git("update-index", "-q", "--refresh")
  }

  /// Makes the index say that it looked at `a`, its first entry, long ago. Git compares whole seconds only, and
  /// a test is quicker than that.
  private func backdateIndex() throws {
    let index = try repository.location().gitDirectory.appending("index")
    var bytes = try FileTree.readAll(index)
    bytes.replaceSubrange(12..<16, with: [0x65, 0x53, 0xF1, 0x00])
    // No checksum, as with index.skipHash: git does not look at it when it reads.
    bytes.replaceSubrange((bytes.count - 20)..., with: [UInt8](repeating: 0, count: 20))
    try SystemFileOperations().replaceFile(index, with: bytes, mode: 0o644)
  }

  private func recorded(_ name: BytePath, in state: RecordedState) throws -> String {
    let database = try repository.database()
    let entry = try #require(try database.entry(at: name, in: state.worktree))
    return String(decoding: try database.read(entry.id), as: UTF8.self)
  }

  @Test("an edit of the same size whose time was set back is recorded and comes back")
  func sameSizeAndTime() throws {
    try settle("a")
    try backdateIndex()
    let time = try modified("a")
    try overwrite("a", "BBBB\n")
    try setModified("a", time)
    let captured = try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      try settle("a")
      try overwrite("a", "CCCC\n")
      try setModified("a", time)
    }
    #expect(captured.unstagedCount == 1)
    #expect(try recorded("a", in: captured.state) == "BBBB\n")
    #expect(try repository.read("a") == "BBBB\n")
  }

  @Test(
    "such an edit is found although flags hide it, too",
    arguments: ["--assume-unchanged", "--skip-worktree"]
  )
  func hiddenSameSizeAndTime(flag: BytePath) throws {
    try settle("a")
    let time = try modified("a")
    try repository.git("update-index", flag, "a")
    try overwrite("a", "BBBB\n")
    try setModified("a", time)
    let captured = try trip.expectUnchanged {
      try overwrite("a", "CCCC\n")
      try setModified("a", time)
    }
    #expect(try recorded("a", in: captured.state) == "BBBB\n")
    #expect(try repository.read("a") == "BBBB\n")
  }

  @Test("an edit of the same size at the very time of the index is recorded")
  func racy() throws {
    // Nothing but the time and the size is left to compare, and both are equal.
    try repository.git("config", "core.trustCtime", "false")
    try repository.git("config", "core.checkStat", "minimal")
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    // Not older than the index, however long the test takes.
    let time = timespec(tv_sec: now.tv_sec + 3600, tv_nsec: 0)
    try setModified("a", time)
    try repository.git("add", "a")
    try overwrite("a", "BBBB\n")
    try setModified("a", time)
    let captured = try trip.expectUnchanged { try overwrite("a", "CCCC\n") }
    #expect(captured.unstagedCount == 1)
    #expect(try recorded("a", in: captured.state) == "BBBB\n")
  }

  @Test("after a restore nothing looks clean that is not, however quickly it all happens", arguments: [60])
  func neverFalselyClean(trials: Int) throws {
    for trial in 1...trials {
      // In turn: a changed file comes back over a clean one, a clean one over a changed one, a staged one.
      try overwrite("a", trial % 3 == 1 ? "AAAA\n" : "BBBB\n")
      if trial % 3 == 0 { try repository.git("add", "a") }
      let status = try repository.git("status", "--porcelain")
      let state = try trip.capture().state
      try overwrite("a", "CCCC\n")
      if trial % 2 == 0 { try repository.git("add", "a") }
      try trip.restore(state)
      try #require(try repository.git("status", "--porcelain") == status, "trial \(trial)")
      try #require(try repository.read("a") == (trial % 3 == 1 ? "AAAA\n" : "BBBB\n"), "trial \(trial)")
      try repository.git("reset", "--quiet", "--hard")
    }
  }

  @Test("a checkpoint of a large clean working copy reads no file that git knows to be clean")
  func cleanFilesAreNotRead() throws {
    let log = repository.directory.appending("read")
    try TemporaryDirectory.write(log, [])
    try repository.git("config", "filter.log.clean", BytePath("echo %f >> \(log); cat"))
    try repository.write(".gitattributes", "*.txt filter=log\n")
    let names = (0..<50).map { BytePath("dir-\($0 % 5)/\($0).txt") }
    for name in names { try repository.write(name, "\(name)\n") }
    try repository.commit()
    for name in names { try setModified(name, timespec(tv_sec: 1_700_000_000, tv_nsec: 0)) }
    try repository.git("update-index", "-q", "--refresh")
    try TemporaryDirectory.write(log, [])
    try repository.write("a", "changed\n")
    try repository.write("new", "untracked\n")
    let state = try trip.capture().state
    #expect(try FileTree.readAll(log) == [])
    // One of them differs: git examines only that one.
    try repository.write("dir-1/1.txt", "changed, and of another size\n")
    try trip.restore(state)
    let read = Set(String(decoding: try FileTree.readAll(log), as: UTF8.self).split(separator: "\n"))
    #expect(read.isSubset(of: ["dir-1/1.txt"]), "\(read)")
  }
}
