// Kept files that would lead to another database: named in plans, and another clone's left as they are.

import FileSystem
import TestSupport
import Testing

@Suite("Files that lead to another database", .needsPostgreSQL)
struct TakeAddressTests {
  /// Two clones with a database each; the second one has imported the first one's checkpoint.
  private struct Clones {
    let scene: Scene
    let one: TestDatabase
    let two: TestDatabase
    var program: CheckpointProgram
    var top: BytePath

    init() throws {
      scene = try Scene.small(.createDatabases, server: .separate())
      one = try #require(scene.database)
      try scene.repository.write(".env.other", "KEEP=1\n", mode: 0o600)
      try scene.checkpoint("full")
      let archive = scene.directory.path.appending("one.tar.gz")
      try scene.checkpoint("export", "full", "--format", "tar.gz", "-o", archive)
      top = scene.directory.path.appending("second")
      try scene.program.git(["clone", "-q", scene.repository.top, top])
      two = try one.server.makeDatabase(.createDatabases)
      try two.psql("CREATE TABLE other (x int)")
      program = scene.program
      program.directory = top
      try write("DATABASE_URL=\(two.url)\n")
      try program.run(["import", archive, "--no-owner", "--no-privileges", "--trusted-source"]).succeeded()
    }

    func write(_ text: String) throws {
      try SystemFileOperations().replaceFile(top.appending(".env"), with: Array(text.utf8), mode: 0o600)
    }

    var env: String {
      get throws { String(decoding: try FileTree.readAll(top.appending(".env")), as: UTF8.self) }
    }
  }

  @Test("another clone's .env stays as it is, is named in plan and result, and undo works")
  func left() throws {
    let clones = try Clones()
    let plan = try clones.program.run(["rollback", "--dry-run"]).succeeded()
    #expect(plan.text.contains("  leave     .env: DATABASE_URL leads to \(clones.one.name)"), "\(plan)")
    #expect(plan.text.contains("  write     .env.other"), "\(plan)")
    let steps = try clones.program.run(["rollback", "--dry-run", "--json"]).succeeded().json()["keptFiles"]
    #expect(steps?.array?.map { $0["action"]?.string } == ["leave", "write"])
    let result = try clones.program.run(["rollback", "--yes"]).succeeded()
    #expect(result.printed.contains(".env stays as it is"), "\(result)")
    #expect(try clones.env.contains("/\(clones.two.name)?"))
    #expect(try clones.two.psql("SELECT count(*) FROM people") == "100")
    try clones.one.psql("SELECT 1 FROM people")
    try clones.program.run(["undo", "--yes"]).succeeded()
    #expect(try clones.two.psql("SELECT to_regclass('other')") == "other")
    #expect(try clones.env.contains("/\(clones.two.name)?"))
  }

  @Test("--take-address writes it all the same, and undo brings back what was replaced by itself")
  func taken() throws {
    let clones = try Clones()
    let result = try clones.program.run(["rollback", "--yes", "--take-address"]).succeeded()
    #expect(result.printed.contains(".env leads to another database than before"), "\(result)")
    #expect(try clones.env.contains("/\(clones.one.name)?"))
    try clones.program.run(["undo", "--yes"]).succeeded()
    #expect(try clones.env.contains("/\(clones.two.name)?"))
    #expect(try clones.two.psql("SELECT to_regclass('other')") == "other")
    #expect(try clones.one.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("if the .env is lost, another clone's does not say which database is to be replaced")
  func lost() throws {
    let clones = try Clones()
    try FileTree.remove(clones.top.appending(".env"))
    let result = try clones.program.run(["rollback", "--yes"])
    #expect(
      result.code == 1 && result.errorText.contains("no database is configured or found now"), "\(result)")
    #expect(!FileTree.exists(clones.top.appending(".env")))
  }

  @Test("a file that git holds and that says where the database is counts as well")
  func inGit() throws {
    let scene = try Scene.small(.createDatabases)
    let (one, settings) = (try #require(scene.database), "[database]\n\turl = ")
    try scene.repository.remove(".env")
    try scene.repository.write(".checkpointconfig", "\(settings)\(one.url)\n")
    try scene.checkpoint("trust", "--yes")
    try scene.checkpoint("full")
    let top = scene.directory.path.appending("copy")
    try Program.run(["cp", "-a", scene.repository.top, top]).succeeded()
    let two = try one.server.makeDatabase(.createDatabases)
    let file = top.appending(".checkpointconfig")
    try SystemFileOperations().replaceFile(file, with: Array("\(settings)\(two.url)\n".utf8))
    let words: [BytePath] = ["rollback", "--no-database", "full"]
    let plan = try scene.program.run(words + ["--dry-run"], in: top).succeeded()
    #expect(plan.text.contains("leave     .checkpointconfig: leads to \(one.name)"), "\(plan)")
    try scene.program.run(words + ["--yes"], in: top).succeeded()
    #expect(String(decoding: try FileTree.readAll(file), as: UTF8.self).contains(two.name))
    try scene.program.run(words + ["--yes", "--take-address"], in: top).succeeded()
    #expect(String(decoding: try FileTree.readAll(file), as: UTF8.self).contains(one.name))
    try scene.program.run(["undo", "--yes", "--no-database"], in: top).succeeded()
    #expect(String(decoding: try FileTree.readAll(file), as: UTF8.self).contains(two.name))
  }

  @Test("a copy of a project is another clone, too")
  func copy() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("full")
    let top = scene.directory.path.appending("copy")
    try Program.run(["cp", "-a", scene.repository.top, top]).succeeded()
    let two = try #require(scene.database).server.makeDatabase(.createDatabases)
    try SystemFileOperations().replaceFile(
      top.appending(".env"), with: Array("DATABASE_URL=\(two.url)\n".utf8), mode: 0o600)
    let result = try scene.program.run(["rollback", "--yes", "--no-database", "full"], in: top).succeeded()
    #expect(result.printed.contains(".env stays as it is"), "\(result)")
    #expect(String(decoding: try FileTree.readAll(top.appending(".env")), as: UTF8.self).contains(two.name))
  }

  @Test("the project's own older .env is written, and the plan says where it leads; others are named as well")
  func own() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.repository.write(".env.same", "A=1\n", mode: 0o600)
    try scene.checkpoint("full", "--no-database")
    try scene.repository.write(".env", "DATABASE_URL=postgresql://app@db/elsewhere\n", mode: 0o600)
    try scene.repository.write(".env.later", "A=1\n", mode: 0o600)
    let before = try scene.picture()
    let plan = try scene.checkpoint("rollback", "--dry-run", "--no-database", "full")
    #expect(plan.text.contains("  write     .env: DATABASE_URL leads to"), "\(plan)")
    #expect(
      plan.text.contains("  unchanged .env.same") && plan.text.contains("  remove    .env.later"), "\(plan)")
    try scene.checkpoint("rollback", "--yes", "--no-database", "full")
    try scene.checkpoint("undo", "--yes", "--no-database")
    try scene.expect(before)
  }
}
