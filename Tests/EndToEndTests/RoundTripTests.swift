// The promise itself: a repository in the middle of work and a database with every ordinary kind of object
// come back exactly as they were, and undo brings back exactly what the rollback replaced.

import FileSystem
import TestSupport
import Testing

@Suite("Round trip", .needsPostgreSQL)
struct RoundTripTests {
  private func roundTrip(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene(rights)
    let database = try #require(scene.database)
    try scene.repository.fill()
    try scene.repository.work(databaseURL: database.url)
    try database.fill()
    if rights == .superuser { try database.psql(SampleDatabase.superuserScript) }
    try scene.checkpoint("init")
    let before = try scene.picture()

    let id = try scene.take("stage-02-start", "-m", "before it breaks")
    try scene.expect(before)
    try scene.expectNone(scene.leftovers())

    try scene.repository.scramble()
    try database.scramble()
    let broken = try scene.picture()
    #expect(!broken.differences(since: before).isEmpty)

    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)

    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)

    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("verify", "--all")
    try scene.expectNone(scene.leftovers())
  }

  @Test("everything comes back identical, and undo brings back everything that was replaced")
  func byOrdinaryRole() throws { try roundTrip(.createDatabases) }

  @Test("a role that may not create databases gets everything back in place")
  func inPlace() throws { try roundTrip(.plain) }

  @Test("objects that only a superuser can make come back, too")
  func bySuperuser() throws { try roundTrip(.superuser) }

  @Test(
    "commits made later are left behind: HEAD is detached at the recorded commit, undo returns to the branch")
  func laterCommits() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.git("checkout", "-q", "-b", "other")
    try scene.repository.git("branch", "-f", "main", "main~1")
    try scene.repository.commit("Everything, under another name")
    try scene.repository.scramble()
    let broken = try scene.picture()

    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before, except: ["branch", "branches"])
    #expect(try scene.picture().parts["branch"] == [])

    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("a merge in conflict comes back with its index stages and its message")
  func mergeConflict() throws {
    let scene = try Scene()
    let repository = scene.repository
    try repository.fill()
    try repository.git("checkout", "-q", "-b", "side")
    try repository.write("src/part1.txt", "theirs\n")
    try repository.write("src/part2.txt", "theirs\n")
    try repository.write("both.txt", "theirs\n")
    try repository.write("clean.txt", "merged\n")
    try repository.commit("Theirs")
    try repository.git("checkout", "-q", "main")
    try repository.write("src/part1.txt", "ours\n")
    try repository.remove("src/part2.txt")
    try repository.write("both.txt", "ours\n", mode: 0o755)
    try repository.commit("Ours")
    try repository.git("merge", "side", accepting: [1])
    try repository.write("src/part3.txt", "staged\n")
    try repository.git("add", "src/part3.txt")
    try repository.write("note.txt", "untracked\n")
    let before = try scene.picture()
    #expect(before.parts["status"]?.contains { $0.hasPrefix("u ") } == true)

    let id = try scene.take("custom", "in-conflict")
    try scene.expect(before)
    try repository.git("reset", "-q", "--hard")
    try repository.remove("note.txt")
    try repository.write("part.txt", "x\n")
    let broken = try scene.picture()

    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("secrets never become git objects")
  func secretsStayOut() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let id = try scene.take("full")
    try scene.repository.scramble()
    try scene.checkpoint("rollback", "--yes", id)
    for secret in ["-----BEGIN SECRET KEY-----\n", "SESSION_SECRET=correct-horse\n", "PORT=1\n"] {
      let object = try Program.run(
        ["git", "hash-object", "--stdin"], directory: scene.repository.top, input: Array(secret.utf8)
      ).succeeded().lines[0]
      #expect(try scene.repository.git("cat-file", "-e", BytePath(object), accepting: [0, 1]).code == 1)
    }
    for name in try FileTree.list(scene.store) {
      let status = try #require(try FileTree.status(scene.store.appending(name)))
      #expect(status.permissions == (status.kind == .directory ? 0o700 : 0o600), "\(name)")
    }
  }
}
