// Restoring a part: only files, only the database, or the database under another name.

import FileSystem
import TestSupport
import Testing

@Suite("Restore a part", .needsPostgreSQL)
struct RestoreTests {
  @Test("restore files writes the chosen files and nothing else, and undo takes that back")
  func files() throws {
    let scene = try Scene.small(.createDatabases)
    let repository = scene.repository
    for name in ["src/one.txt", "src/two.txt", "other/three.txt"] {
      try repository.write(name, "before\n")
    }
    try repository.commit("Files")
    try repository.write("src/one.txt", "in work\n")
    try repository.write("src/untracked.md", "untracked\n")
    try repository.write("src/run", "#!/bin/sh\n", mode: 0o755)
    let id = try scene.take("full")
    for name in ["src/one.txt", "src/two.txt", "other/three.txt", "src/later.txt"] {
      try repository.write(name, "after\n")
    }
    try repository.git("add", "src/two.txt")
    try repository.remove("src/untracked.md")
    try repository.remove("src/run")
    try scene.database?.psql("DROP TABLE things")
    let broken = try scene.picture()

    try scene.checkpoint("restore", "files", id, "src", "--yes")
    #expect(try repository.read("src/one.txt") == "in work\n")
    #expect(try repository.read("src/two.txt") == "before\n")
    #expect(try repository.read("src/untracked.md") == "untracked\n")
    #expect(try FileTree.status(repository.top.appending("src/run"))?.permissions == 0o755)
    #expect(try repository.read("other/three.txt") == "after\n")
    #expect(try repository.read("src/later.txt") == "after\n")
    let now = try scene.picture()
    for part in ["HEAD", "branch", "index", "definitions", "rows"] {
      #expect(now.parts[part] == broken.parts[part])
    }
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)

    try scene.checkpoint("restore", "files", id, "*.md", "other/*.txt", "--yes")
    #expect(try repository.read("src/untracked.md") == "untracked\n")
    #expect(try repository.read("other/three.txt") == "before\n")
    #expect(try repository.read("src/one.txt") == "after\n")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test(
    "restore files brings a kept private file back when it is asked for", arguments: [".env", "private.key"])
  func privateFiles(_ name: String) throws {
    let scene = try Scene.small()
    try scene.repository.write(name, "before\n", mode: 0o600)
    let id = try scene.take("full")
    try scene.repository.write(name, "after\n", mode: 0o600)
    try scene.checkpoint("restore", "files", id, name, "--yes")
    #expect(try scene.repository.read(name) == "before\n")
    try scene.checkpoint("undo", "--yes")
    #expect(try scene.repository.read(name) == "after\n")
  }

  @Test(
    "restore database leaves git and files alone", arguments: [PostgresServer.Rights.createDatabases, .plain])
  func database(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    let recorded = try Picture.database(database)
    let id = try scene.take("database", "pre-migration")
    try scene.repository.write("a.txt", "in work\n")
    try database.psql("DROP TABLE people; CREATE TABLE later (id int)")
    let broken = try scene.picture()
    try scene.checkpoint("restore", "database", id, "--yes")
    try scene.expectNone(Picture.database(database).differences(since: recorded))
    try scene.expectNone(
      Picture.workTree(scene.program).differences(
        since: broken.without(["definitions", "rows", "materialized", "unusable"])))
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
  }

  @Test("restore database --target-db makes a new database, and replaces one only with --recreate")
  func targetDatabase() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let recorded = try Picture.database(database, isWhole: false)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    let live = try scene.picture()
    let name = "\(database.name)_copy"
    let copy = TestDatabase(server: database.server, name: name, role: database.role)
    try scene.checkpoint("restore", "database", "latest", "--target-db", name)
    try scene.expectNone(Picture.database(copy, isWhole: false).differences(since: recorded))
    try scene.expect(live)

    try copy.psql("CREATE TABLE precious (id int)")
    let refused = try scene.run("restore", "database", "latest", "--target-db", name)
    #expect(refused.code == 1 && refused.errorText.contains("--recreate"), "\(refused)")
    #expect(try scene.run("restore", "database", "latest", "--target-db", name, "--recreate").code == 2)
    let replaced = try scene.checkpoint(
      "restore", "database", "latest", "--target-db", name, "--recreate", "--yes")
    try scene.expectNone(Picture.database(copy, isWhole: false).differences(since: recorded))
    // What was there is kept, under the name that was printed.
    let kept = try database.relatives().filter { $0 != name }
    #expect(kept.count == 1 && replaced.printed.contains(kept.first ?? "?"), "\(replaced)")
    let own = try scene.run(
      "restore", "database", "latest", "--target-db", database.name, "--recreate", "--yes")
    #expect(own.code == 2, "\(own)")
    try scene.expect(live)
  }

  @Test("a checkpoint of another project's database is not restored over this one")
  func otherDatabase() throws {
    let scene = try Scene.small(.createDatabases)
    let id = try scene.take("full")
    let stranger = try PostgresServer.shared().makeDatabase()
    try stranger.psql("CREATE TABLE mine (id int)")
    let before = try Picture.database(stranger)
    let result = try scene.run("rollback", "--yes", id, "--database", stranger.url)
    #expect(result.code == 1 && result.errorText.contains("belongs to the database"), "\(result)")
    try scene.expectNone(Picture.database(stranger).differences(since: before))
  }

  @Test("sessions that are connected do not stop a rollback")
  func connectedSessions() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let before = try scene.picture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE things")
    let session = try database.server.session("SELECT 1", as: database.role, in: database.name)
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expect(before)
    #expect(session.wait().errorText.contains("terminating connection"))
  }
}
