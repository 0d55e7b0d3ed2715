// A whole checkpoint that was exported as tar.gz comes in again: its database, its files, its configuration.

import Codecs
import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Imports of whole checkpoints", .needsPostgreSQL)
struct ProjectImportTests {
  private func fill(_ scene: Scene) throws {
    let repository = scene.repository
    try repository.write("src/a.txt", "one\n")
    try repository.write("src/gone.txt", "gone\n")
    try repository.write("stages/stage-02-video/plan.md", "the plan\n")
    try repository.write(".gitignore", ".env*\nlocal/\n")
    try repository.commit("First")
    try repository.write("src/a.txt", "three\n", mode: 0o640)
    try repository.remove("src/gone.txt")
    try repository.write("odd\nname/back\\slash", "odd\n")
    try repository.write(BytePath("latin-".utf8 + [0xE9]), "not UTF-8\n", mode: 0o755)
    try repository.write("large", [UInt8](repeating: 7, count: 9 << 20))
    try FileTree.makeDirectories(repository.top.appending("empty"), mode: 0o755)
    try FileTree.makeLink(repository.top.appending("link"), to: "src/a.txt")
    try repository.write(".env", "SECRET=1\n", mode: 0o600)
    try repository.write("private.key", "key\n", mode: 0o600)
  }

  /// What comes back of the work tree: everything but the index, which an export does not have.
  private func files(_ scene: Scene) throws -> Picture {
    try scene.picture().without(["status", "index", "index flags", "branch", "branches", "definitions"])
  }

  @Test(
    "the exported checkpoint and the imported one bring back the same",
    arguments: LongHunt.cases(["full", "stage-02-start"]))
  func roundTrip(kind: BytePath) throws {
    let scene = try Scene(.superuser, server: .separate())
    let database = try #require(scene.database)
    try fill(scene)
    try scene.repository.git("config", "checkpoint.database.url", BytePath(database.url))
    try database.psql("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)")
    let before = try files(scene)
    let id = try scene.take(kind, "--include-large")
    let archive = scene.directory.path.appending("export")
    try scene.checkpoint("export", id, "--format", "tar.gz", "-o", archive)

    try scene.repository.git("stash", "--include-untracked")
    try scene.repository.commit("Later")
    try FileTree.remove(scene.repository.top.appending(".env"))
    try FileTree.remove(scene.repository.top.appending("empty"))
    try database.psql("DELETE FROM t")
    let broken = try scene.picture()
    let imported = try scene.take("import", archive, "--name", "again")
    try scene.expect(broken)
    try scene.checkpoint("verify", BytePath(imported))

    try scene.checkpoint("rollback", "--yes", BytePath(imported))
    let differences = try files(scene).differences(since: before)
    try scene.expectNone(differences)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
    try scene.expectNone(scene.leftovers())
  }

  @Test("a stage's archive in the layout of earlier versions comes in, too")
  func earlierLayout() throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let top = scene.directory.path.appending("old/stage_backup")
    for (path, text) in [("related_files/src/a.txt", "one\n"), ("stage-02-video/plan.md", "the plan\n")] {
      let file = top.appending(BytePath(path))
      try FileTree.makeDirectories(file.parent ?? top, mode: 0o755)
      try TemporaryDirectory.write(file, Array(text.utf8))
    }
    try TemporaryDirectory.write(top.appending("database.sql"), Array("CREATE TABLE old (id int);\n".utf8))
    let archive = scene.directory.path.appending("old.tar.gz")
    try Program.run(["tar", "czf", archive, "-C", scene.directory.path.appending("old"), "stage_backup"])
      .succeeded()
    let id = try scene.take("import", archive, "--name", "old", "--trusted-source")
    let restored = try scene.checkpoint("rollback", "--yes", id)
    #expect(restored.code == 0)
    #expect(try scene.repository.read("src/a.txt") == "one\n")
    #expect(try scene.repository.read("stages/stage-02-video/plan.md") == "the plan\n")
  }

  @Test("importing a checkpoint of the database only brings no files, and its rollback removes none")
  func databaseAlone() throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let id = try scene.take("database", "alone")
    let file = scene.directory.path.appending("alone.tar.gz")
    try scene.checkpoint("export", id, "--format", "tar.gz", "--output", file)
    let before = try scene.picture()
    let imported = try scene.take("import", file, "--trusted-source")
    try scene.database?.psql("DELETE FROM people")
    try scene.checkpoint("rollback", "--yes", imported)
    try scene.expect(before)
  }

  @Test("in a repository without that commit it comes in on the present one")
  func elsewhere() throws {
    let scene = try Scene()
    try fill(scene)
    let id = try scene.take("full")
    let archive = scene.directory.path.appending("export")
    try scene.checkpoint("export", id, "--format", "tar.gz", "-o", archive)
    let other = try Scene.small()
    let head = try other.repository.git("rev-parse", "HEAD").lines[0]
    let imported = try other.take("import", archive)
    #expect(try other.run("show", BytePath(imported), "--json").json()["git"]?["head"]?.string == head)
    try other.checkpoint("rollback", "--yes", BytePath(imported))
    #expect(try other.repository.git("rev-parse", "HEAD").lines[0] == head)
    let text = try FileTree.readAll(other.repository.top.appending("src/a.txt"))
    #expect(String(decoding: text, as: UTF8.self) == "three\n")
    #expect(try FileTree.status(other.repository.top.appending(".env"))?.permissions == 0o600)
    #expect(!FileTree.exists(other.repository.top.appending("a.txt")))
  }

  @Test(
    "names that lead out of the project, into git's directories or through links are not taken",
    arguments: [true, false])
  func dangerousNames(throughLinks: Bool) throws {
    let scene = try Scene.small()
    let outside = scene.directory.path.appending("outside")
    try FileTree.makeDirectories(outside, mode: 0o755)
    var bytes: [UInt8] = []
    let tar = try TarWriter { bytes.append(contentsOf: $0) }
    let names =
      [
        "project/../escaped", "project/.git/hooks/post-checkout", "project/sub/.GIT/config",
        "/project/absolute", "config/../../escaped", "project/good", "config/.env.local",
      ] + (throughLinks ? ["config/link/through", "project/link2/through"] : [])
    try tar.add("config/link".utf8, .link(target: outside.bytes), permissions: 0o777, modified: 0)
    for name in names {
      try tar.add(name.utf8, .file(byteCount: 2), permissions: 0o644, modified: 0)
      try Array("x\n".utf8).withUnsafeBytes { try tar.write($0) }
    }
    try tar.add("project/link2".utf8, .link(target: outside.bytes), permissions: 0o777, modified: 0)
    try tar.finish()
    let file = scene.directory.path.appending("evil")
    try SystemFileOperations().replaceFile(file, with: bytes)
    let result = try scene.run("import", file)
    if throughLinks {
      #expect(result.code == 1 && result.errorText.contains("File exists"), "\(result)")
    } else {
      #expect(result.code == 0, "\(result)")
      try scene.checkpoint("rollback", "--yes", "imported")
      #expect(FileTree.exists(scene.repository.top.appending("good")))
      #expect(FileTree.exists(scene.repository.top.appending(".env.local")))
    }
    #expect(try FileTree.list(outside) == [])
    #expect(!FileTree.exists(scene.repository.top.appending(".git/hooks/post-checkout")))
    #expect(!FileTree.exists(scene.repository.top.appending("sub")))
    for directory in [scene.repository.top, scene.directory.path, scene.store, scene.store.appending("tmp")] {
      #expect(try !FileTree.list(directory).contains("escaped"))
    }
    try scene.expectNone(scene.leftovers())
  }
}
