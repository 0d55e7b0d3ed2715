// Everything of a project is lost but a remote.

import FileSystem
import TestSupport
import Testing

@Suite("A project out of a remote")
struct CloneTests {
  private func fill(_ scene: Scene) throws {
    let repository = scene.repository
    try repository.git("branch", "other")
    try repository.git("tag", "-m", "The first one", "v1")
    try repository.write("b.txt", "two\n")
    try repository.commit("Second")
    try repository.write(".env.local", "NUMBER=1\n", mode: 0o600)
    try repository.write("a.txt", "staged\n")
    try repository.git("add", "a.txt")
    try repository.write("a.txt", "staged, then changed\n")
    try repository.write("odd ünï \"x\".txt", "untracked\n", mode: 0o640)
    try repository.link("link", to: "b.txt")
  }

  /// A project with a checkpoint that a remote has.
  private func pushed(
    _ rights: PostgresServer.Rights? = nil
  ) throws -> (scene: Scene, remote: BytePath, id: String) {
    let scene = try Scene.small(rights)
    let remote = scene.directory.path.appending("away")
    try fill(scene)
    let id = try scene.take("full")
    try scene.checkpoint("remote", "add", "away", remote)
    try scene.checkpoint("push", "--all")
    return (scene, remote, id)
  }

  /// The program, started where the project is not.
  private func outside(_ scene: Scene) throws -> CheckpointProgram {
    var program = scene.program
    program.directory = scene.directory.path
    return program
  }

  @Test("the whole project comes back, with its history, branches, index and database", .needsPostgreSQL)
  func everything() throws {
    let (scene, remote, id) = try pushed(.createDatabases)
    let database = try #require(scene.database)
    let before = try scene.picture()
    let refs = try scene.repository.git("for-each-ref", "refs/heads", "refs/tags").text
    try FileTree.remove(scene.repository.top)
    try database.psql("DROP TABLE people CASCADE")

    let result = try outside(scene).run(["clone", remote, "shop", "--database", BytePath(database.url)])
      .succeeded()
    #expect(try result.line == "back at \(id)", "\(result)")
    try scene.expect(before)
    #expect(try scene.repository.git("for-each-ref", "refs/heads", "refs/tags").text == refs)
    try scene.repository.git("fsck", "--strict")
    try scene.checkpoint("verify", BytePath(id), "--restore", "--trusted-source")
    #expect(try scene.checkpoint("push").line == "origin has all of them already")
  }

  @Test("without an address no database is touched, and it is said how to go on", .needsPostgreSQL)
  func withoutDatabase() throws {
    let (scene, remote, id) = try pushed(.createDatabases)
    let database = try #require(scene.database)
    let before = try scene.picture()
    try FileTree.remove(scene.repository.top)
    try database.psql("UPDATE people SET name = 'changed'")
    let changed = try scene.databasePicture()
    let result = try outside(scene).run(["clone", remote, "shop", "full"]).succeeded()
    #expect(result.errorText.contains("no database was touched"), "\(result)")
    try scene.expectDatabase(changed)
    try scene.checkpoint("rollback", "--yes", BytePath(id))
    try scene.expect(before)
  }

  @Test("variables that name another repository, and a link, do not lead elsewhere")
  func elsewhere() throws {
    let (scene, remote, _) = try pushed()
    try scene.repository.write("b.txt", "precious\n")
    try scene.repository.commit("Precious")
    let before = try scene.picture()
    var program = try outside(scene)
    program.environment["GIT_DIR"] = "\(scene.repository.top.appending(".git"))"
    try FileTree.makeDirectories(scene.directory.path.appending("place"), mode: 0o700)
    try Program.run(["ln", "-s", "place", scene.directory.path.appending("link")]).succeeded()
    try program.run(["clone", remote, "link"]).succeeded()
    try scene.expect(before)
    #expect(try FileTree.status(scene.directory.path.appending("link"))?.kind == .symbolicLink)
    let found = scene.directory.path.appending("place/b.txt")
    #expect(String(decoding: try FileTree.readAll(found), as: UTF8.self) == "two\n")
  }

  @Test("what cannot become a project stays as it was")
  func refused() throws {
    let scene = try Scene.small()
    let remote = scene.directory.path.appending("away")
    _ = try scene.take("full")
    try scene.checkpoint("remote", "add", "away", remote)
    let program = try outside(scene)
    func refused(_ words: BytePath..., code: Int32, _ text: String) throws {
      let result = try program.run(["clone"] + words)
      #expect(result.code == code && result.errorText.contains(text), "\(words): \(result)")
    }
    try refused(remote, "new", code: 1, "has no checkpoint yet")
    try scene.checkpoint("push")
    try refused(remote, "shop", code: 1, "is not empty")
    try refused("nowhere", "new", code: 1, "there is no remote at")
    try refused(remote, "new", "nothing", code: 1, "the remote has no checkpoint “nothing”")
    let pack = try #require(
      try Program.run(["find", remote.appending("packs"), "-type", "f"]).succeeded().lines.first)
    try TemporaryDirectory.write(BytePath(pack), [])
    try refused(remote, "new", code: 12, "is missing")
    try refused(remote, "new/deep", code: 12, "is missing")
    #expect(!FileTree.exists(scene.directory.path.appending("new")))
    try FileTree.makeDirectories(scene.directory.path.appending("empty"), mode: 0o700)
    try refused(remote, "empty", code: 12, "is missing")
    #expect(try FileTree.list(scene.directory.path.appending("empty")).isEmpty)
    #expect(try FileTree.status(scene.directory.path.appending("empty"))?.permissions == 0o700)
  }
}
