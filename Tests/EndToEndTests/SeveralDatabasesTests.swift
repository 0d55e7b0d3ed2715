// Several databases in one checkpoint, chosen parts of them, and sections that are only places to restore to.

import FileSystem
import TestSupport
import Testing

@Suite("Several databases", .needsPostgreSQL)
struct SeveralDatabasesTests {
  private struct Shops {
    var scene: Scene
    var main: TestDatabase
    var billing: TestDatabase
    var staging: TestDatabase
    var id: String
  }

  private func shops() throws -> Shops {
    let scene = try Scene()
    let databases = try (0..<3).map { _ in try PostgresServer.shared().makeDatabase(.createDatabases) }
    for database in databases.prefix(2) {
      try database.psql(
        """
        CREATE SCHEMA s1; CREATE SCHEMA s2;
        CREATE TABLE s1.t AS SELECT generate_series(1, 100) i;
        CREATE TABLE s2.u AS SELECT generate_series(1, 10) i;
        CREATE TABLE s1.log AS SELECT 1 x;
        CREATE TABLE s1.cache AS SELECT 2 y;
        """)
    }
    try scene.repository.write(
      ".checkpointconfig",
      """
      [database "main"]
        url = \(databases[0].url)
      [database "billing"]
        url = \(databases[1].url)
        schema = s1
        excludeTable = s1.cache
        excludeTableData = log
      [database "staging"]
        url = \(databases[2].url)
        record = false
      """)
    try scene.repository.commit("First")
    try scene.checkpoint("trust", "--yes")
    return Shops(
      scene: scene, main: databases[0], billing: databases[1], staging: databases[2],
      id: try scene.take("full"))
  }

  @Test("they are recorded side by side, the manifest says how far apart, and all come back and go again")
  func together() throws {
    let shops = try shops()
    let manifest = try JSONValue(
      parsing: FileTree.readAll(shops.scene.store.appending("manifests/\(shops.id).json")))
    #expect(manifest["snapshotSpread"] != nil)
    let names = manifest["sources"]?.array?.compactMap { $0["name"]?.string }
    #expect(names.map(Set.init) == ["files", "main", "billing"])
    try shops.main.psql("DROP TABLE s1.t")
    try shops.billing.psql("DROP TABLE s1.t; DROP TABLE s2.u; INSERT INTO s1.log VALUES (5)")
    try shops.scene.checkpoint("rollback", "--yes")
    #expect(try shops.main.psql("SELECT count(*) FROM s1.t") == "100")
    #expect(try shops.billing.psql("SELECT count(*) FROM s1.t") == "100")
    // What the sections leave out: another schema stays, rows that were not recorded are in the rescue.
    #expect(try shops.billing.psql("SELECT count(*), to_regclass('s2.u') IS NULL FROM s1.log") == "0|t")
    try shops.scene.checkpoint("undo", "--yes")
    #expect(try shops.main.psql("SELECT to_regclass('s1.t') IS NULL") == "t")
    #expect(try shops.billing.psql("SELECT count(*), to_regclass('s1.t') IS NULL FROM s1.log") == "2|t")
    #expect(try shops.billing.psql("SELECT y FROM s1.cache") == "2")
  }

  @Test("what the plan leaves out is said before anything happens")
  func plan() throws {
    let shops = try shops()
    let text = try shops.scene.checkpoint("rollback", "--dry-run").text
    #expect(text.contains("replace the schema s1 of \(shops.billing.name)"), "\(text)")
    #expect(text.contains("s1.log comes back without its rows"), "\(text)")
    #expect(text.contains("s1.cache is not in the checkpoint and goes"), "\(text)")
  }

  @Test("one of them goes into the database of another section, in whole, in part and as data, and back")
  func staging() throws {
    let shops = try shops()
    let (scene, staging) = (shops.scene, shops.staging)
    let into: [BytePath] = [
      "restore", "database", "\(shops.id)", "--source", "main", "--target", "staging", "--yes",
    ]
    let refused = try scene.program.run(into)
    #expect(refused.errorText.contains("--no-owner"), "its owner is another role: \(refused)")
    try scene.program.run(into + ["--no-owner"]).succeeded()
    #expect(try staging.psql("SELECT count(*) FROM s1.t") == "100")
    try scene.checkpoint("undo", "--yes")
    #expect(try staging.psql("SELECT to_regclass('s1.t') IS NULL") == "t")
    try scene.program.run(into + ["--schema", "s2", "--no-owner"]).succeeded()
    #expect(try staging.psql("SELECT count(*), to_regclass('s1.t') IS NULL FROM s2.u") == "10|t")
    try staging.psql("DELETE FROM s2.u; ALTER TABLE s2.u ADD n int")
    try scene.program.run(into + ["--table", "u", "--data-only"]).succeeded()
    #expect(try staging.psql("SELECT count(*), count(n) FROM s2.u") == "10|0")
    #expect(try shops.main.psql("SELECT count(*) FROM s2.u") == "10")
  }

  @Test(
    "which one is meant must be said, and be there",
    arguments: [
      (["--table", "t"], "has several databases"), (["--source", "nix"], "has no database called “nix”"),
      (["--source", "main", "--target", "nix"], "the settings have no database called “nix”"),
    ] as [([BytePath], String)])
  func mistakes(words: [BytePath], message: String) throws {
    let shops = try shops()
    let result = try shops.scene.program.run(["restore", "database", shops.id, "--yes"] + words)
    #expect(result.code == 2)
    #expect(result.errorText.contains(message), "\(result)")
  }

  @Test("a database that the checkpoint was not taken from is refused, and taken with --force and a warning")
  func binding() throws {
    let shops = try shops()
    let words: [BytePath] = [
      "restore", "database", "\(shops.id)", "--source", "main", "--database", "\(shops.staging.url)", "--yes",
    ]
    let refused = try shops.scene.program.run(words)
    #expect(refused.code == 1)
    #expect(refused.errorText.contains("belongs to the database \(shops.main.name)"), "\(refused)")
    let forced = try shops.scene.program.run(words + ["--force", "--no-owner"]).succeeded()
    #expect(forced.errorText.contains("not checked whether the checkpoint is of this database"))
    #expect(try shops.staging.psql("SELECT count(*) FROM s1.t") == "100")
  }

  @Test("a schema that is configured and not there stops a checkpoint")
  func missingSchema() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.repository.git("config", "checkpoint.database.schema", "nix")
    let result = try scene.run("full")
    #expect(result.code == 1)
    #expect(result.errorText.contains("no schema of"), "\(result)")
    try scene.expectNone(scene.leftovers())
  }
}
