// Ignored files in the way of what is to come back: found before anything is touched.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Obstructions")
struct ObstructionTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    try repository.write(".gitignore", "*.log\ncache\n")
    try repository.write("a", "a\n")
    try repository.write("out", "a file\n")
    try repository.write("sub/file", "a file\n")
    try repository.commit()
  }

  private func expectRefusal(_ state: RecordedState) throws {
    let before = try trip.observe()
    #expect(throws: Obstruction.self) { try trip.restore(state) }
    #expect(try trip.observe() == before)
  }

  @Test("a directory with ignored files where a file is to come")
  func directory() throws {
    let state = try trip.capture().state
    try repository.write("a", "changed, and must stay so")
    try repository.remove("out")
    try repository.write("out/x.log", "precious")
    try expectRefusal(state)
    #expect(try repository.read("out/x.log") == "precious")
  }

  @Test("a file that was changed after the present state was recorded stops the restore")
  func changedMeanwhile() throws {
    let target = try trip.capture().state
    try repository.write("a", "changed\n")
    let present = try trip.capture().state
    let database = try repository.database()
    let plan = try RestorePlan(
      from: present, to: target, keepUntracked: false, isLeftAlone: { _ in false }, in: database)
    let writer = try WorktreeWriter(repository.location(), database)
    let changed = try #require(try FileTree.status(repository.location().worktree.appending("a"))).changedAt
    try writer.check(plan, since: changed)
    let before = Timestamp(millisecondsSinceEpoch: changed.millisecondsSinceEpoch - 1)
    #expect(throws: Obstruction.self) { try writer.check(plan, since: before) }
  }

  @Test("an ignored file where a directory is to come")
  func file() throws {
    try repository.write("cache/kept", "tracked though ignored")
    try repository.git("add", "--force", "cache/kept")
    try repository.git("commit", "--quiet", "--message", "x")
    let state = try trip.capture().state
    try repository.git("rm", "-r", "--quiet", "cache")
    try repository.git("commit", "--quiet", "--message", "y")
    try repository.write("cache", "an ignored file")
    try expectRefusal(state)
    #expect(try repository.read("cache") == "an ignored file")
  }

  @Test("an ignored file of the same name is recorded first, so that it can come back")
  func sameName() throws {
    try repository.write("x.log", "tracked though ignored\n")
    try repository.git("add", "--force", "x.log")
    try repository.git("commit", "--quiet", "--message", "x")
    let state = try trip.capture().state
    try repository.git("rm", "--quiet", "x.log")
    try repository.git("commit", "--quiet", "--message", "y")
    try repository.write("x.log", "precious\n")
    let rescue = try trip.plan(to: state).present
    let entry = try #require(try repository.database().entry(named: "x.log", in: rescue.worktree))
    #expect(try repository.database().read(entry.id) == Array("precious\n".utf8))
    try trip.restore(state)
    #expect(try repository.read("x.log") == "tracked though ignored\n")
  }

  @Test("empty directories, which git does not know, give way")
  func emptyDirectories() throws {
    let state = try trip.capture().state
    try repository.remove("out")
    try FileTree.makeDirectories(repository.path("out/empty/er"), mode: 0o755)
    try trip.restore(state)
    #expect(try repository.read("out") == "a file\n")
  }

  @Test("ignored files that are not in the way stay")
  func bystanders() throws {
    let state = try trip.capture().state
    try repository.write("sub/x.log", "mine")
    try repository.write("late/x.log", "mine")
    try repository.write("late/file", "appeared later")
    try repository.remove("sub/file")
    try trip.restore(state)
    #expect(try repository.read("sub/x.log") == "mine")
    #expect(try repository.read("late/x.log") == "mine")
    #expect(!FileTree.exists(repository.path("late/file")))
  }
}
