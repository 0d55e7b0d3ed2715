// A restore that fails at any of its calls into the file system: the way back to what was there before works, and
// so does the way on. Nothing of the attempt stays.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Restores that fail")
struct RestoreFailureTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    try repository.write(".gitattributes", "*.txt text eol=crlf\n")
    for name in ["a", "b", "c.txt", "dir/one", "dir/two.txt", "gone"] as [BytePath] {
      try repository.write(name, "first \(name)\n")
    }
    try repository.commit()
    for name in ["c.txt", "dir/two.txt"] as [BytePath] { try repository.remove(name) }
    try repository.git("checkout", "--quiet", "--", ".")
  }

  private func work() throws {
    try repository.write("a", "changed\n", permissions: 0o600)
    try repository.write("staged", "staged\n")
    try repository.git("add", "staged")
    try repository.write("new/er", "untracked\n")
    try repository.remove("gone")
    try repository.link("link", to: "a")
  }

  private func scramble() throws {
    try repository.git("reset", "--quiet", "--hard")
    try repository.git("clean", "-fdq")
    try repository.write("b", "other\n", permissions: 0o755)
    try repository.write("c.txt", "other\r\n")
    try repository.remove("dir")
    try repository.write("dir", "a file where a directory was\n")
    try repository.write("late/r", "came later\n")
    try repository.git("add", "late/r")
  }

  @Test(
    "a full disk at any call: what was there before can be put back",
    arguments: [FaultyFileOperations.Call.open, .write, .rename], [ENOSPC, EROFS])
  func putBack(call: FaultyFileOperations.Call, code: Int32) throws {
    try work()
    let wanted = try trip.observe()
    let state = try trip.capture().state
    try scramble()
    let before = try trip.observe()
    let present = try trip.capture().state
    var failures = 0
    for successes in 0..<20 {
      let files = FaultyFileOperations(failing: call, with: code, after: successes)
      do { try trip.restore(state, files: files) } catch let error as SystemError {
        #expect(error.code == code)
        failures += 1
        try trip.restore(present)
        #expect(try trip.observe() == before, "after \(successes) calls")
        continue
      }
      break
    }
    #expect(failures > 1)
    #expect(try trip.observe() == wanted)
    let leftover = try repository.location().gitDirectory.appending("checkpoint-restore")
    #expect(!FileTree.exists(leftover))
  }

  @Test(
    "directories go with their files, although another process was killed after it had removed these",
    arguments: ["later/deep/file", "later/deep", "later"] as [BytePath])
  func killedBetween(removed: BytePath) throws {
    let state = try trip.capture().state
    let wanted = try trip.observe()
    try repository.write("later/deep/file", "later\n")
    let plan = try trip.plan(to: state).plan
    try repository.remove(removed)
    try WorktreeWriter(repository.location(), repository.database()).apply(plan)
    #expect(try trip.observe() == wanted)
  }

  @Test(
    "a full disk while the present state is recorded touches nothing and leaves nothing",
    arguments: [FaultyFileOperations.Call.open, .sync, .syncFileSystem, .rename])
  func recording(call: FaultyFileOperations.Call) throws {
    try work()
    let before = try trip.observe()
    let objects = try repository.git("count-objects")
    for successes in 0..<3 {
      let files = FaultyFileOperations(failing: call, after: successes)
      do { _ = try trip.capture(files: files) } catch is SystemError {
        #expect(try trip.observe() == before)
        #expect(try FileTree.list(repository.path(".git/objects")).allSatisfy { !$0.hasPrefix("tmp_") })
        // What was moved into place before is an object like others, whole.
        #expect(try repository.git("fsck", "--full", "--no-dangling") == "")
        if successes == 0 { #expect(try repository.git("count-objects") == objects) }
      }
    }
  }
}
