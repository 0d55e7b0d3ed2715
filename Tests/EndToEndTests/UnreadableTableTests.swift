// A hosted server keeps tables of its own in the user's database, which the user may not even read.

import FileSystem
import TestSupport
import Testing

@Suite("Tables that may not be read", .needsPostgreSQL)
struct UnreadableTableTests {
  private static let theirs = """
    CREATE SCHEMA storage; CREATE TABLE storage.migrations (id int); INSERT INTO storage.migrations VALUES (7);
    CREATE TABLE hooks (id serial, what text); INSERT INTO hooks (what) VALUES ('kept');
    """

  private func scene() throws -> (Scene, TestDatabase) {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql(Self.theirs, asSuperuser: true)
    return (scene, database)
  }

  private func leaveOut(_ lines: [String], _ scene: Scene) throws {
    try scene.repository.write(
      ".checkpointconfig", "[database]\n\tenv = DATABASE_URL\n" + lines.map { "\t\($0)\n" }.joined())
  }

  private static let settings = [
    "excludeTable = storage.migrations", "excludeTable = hooks", "excludeTable = hooks_id_seq",
  ]

  @Test("a checkpoint names all of them, with the setting that leaves them out")
  func named() throws {
    let (scene, _) = try scene()
    let result = try scene.run("full")
    #expect(result.code == 1, "\(result)")
    for name in ["storage.migrations", "public.hooks,", "public.hooks_id_seq", "excludeTable = "] {
      #expect(result.errorText.contains(name), "\(result)")
    }
  }

  @Test("left out of the checkpoint, they stay as they are in rollback and undo")
  func leftOut() throws {
    let (scene, database) = try scene()
    try leaveOut(Self.settings, scene)
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    let plan = try scene.checkpoint("rollback", "--dry-run", "latest")
    #expect(plan.printed.contains("table storage.migrations of postgres"), "\(plan)")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM people") == "0")
    let theirs = try database.psql(
      "SELECT what FROM hooks UNION ALL SELECT id::text FROM storage.migrations", asSuperuser: true)
    #expect(theirs == "kept\n7")
  }

  @Test("one of the user's own that cannot be read stops it in the plan")
  func own() throws {
    let (scene, database) = try scene()
    try leaveOut(Self.settings, scene)
    try scene.checkpoint("full")
    try database.psql("CREATE TABLE mine (id int); REVOKE SELECT ON mine FROM current_user")
    for option in ["--dry-run", "--yes"] as [BytePath] {
      let result = try scene.run("rollback", option, "latest")
      #expect(result.code == 1 && result.errorText.contains("may not read public.mine\n"), "\(result)")
    }
  }

  @Test("in a schema that is to be replaced, they stop it in the plan, by name")
  func inPart() throws {
    let (scene, database) = try scene()
    try leaveOut(["schema = public"] + Self.settings, scene)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    for option in ["--dry-run", "--yes"] as [BytePath] {
      let result = try scene.run("rollback", option, "latest")
      #expect(result.code == 1 && result.errorText.contains("table public.hooks of postgres"), "\(result)")
      #expect(result.errorText.contains("--table"), "\(result)")
    }
    // The ways out that it names.
    for way in [["--table", "people"], ["--data-only"]] as [[BytePath]] {
      try database.psql("DELETE FROM people")
      try scene.program.run(["restore", "database", "latest", "--yes"] + way).succeeded()
      #expect(try database.psql("SELECT count(*) FROM people") == "100", "\(way)")
      try scene.checkpoint("undo", "--yes")
      #expect(try database.psql("SELECT count(*) FROM people") == "0", "\(way)")
    }
    let theirs = try database.psql("SELECT what FROM hooks", asSuperuser: true)
    #expect(theirs == "kept")
  }
}
