// PostgreSQL's own regression database goes through everything, and nothing is different afterwards.

import FileSystem
import TestSupport
import Testing

@Suite(
  "PostgreSQL's own regression database", .needsPostgreSQL,
  .enabled(if: RegressionDatabase.directory != nil, Comment(rawValue: RegressionDatabase.whyNot)))
struct RegressionDatabaseTests {
  /// By pg_dump, by what the server says, and with what pg_dump has only in passing: the order of columns.
  private func picture(_ scene: Scene, _ database: TestDatabase, isWhole: Bool = true) throws -> Picture {
    var picture = try scene.databasePicture(database, isWhole: isWhole)
    picture.parts["columns"] = try database.psql(
      """
      SELECT attrelid::regclass, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname, atttypid::regtype,
        attislocal, attinhcount, attnotnull, attstorage, attcompression, attgenerated, attidentity,
        ARRAY(SELECT o FROM unnest(attoptions) o WHERE o NOT LIKE 'pg_attver=%')
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      WHERE attnum > 0 AND NOT attisdropped AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      ORDER BY attrelid::regclass::text COLLATE "C", 2
      """
    ).split(separator: "\n").map(String.init)
    return picture
  }

  private static let changes = """
    DROP TABLE tenk1, b_star CASCADE; DELETE FROM onek WHERE unique1 % 2 = 0; CREATE TABLE later AS SELECT 1 AS one;
    ALTER TABLE a_star ADD COLUMN later int DEFAULT 1; DROP SCHEMA fkpart3 CASCADE; REFRESH MATERIALIZED VIEW mvtest_bb;
    DROP FUNCTION trigger_return_old() CASCADE; CREATE VIEW later_view AS SELECT * FROM int8_tbl;
    """

  @Test("is proven, comes back cold and warm, by undo, and from a sql.gz, with nothing different")
  func everything() throws {
    let database = try RegressionDatabase.load(into: .separate())
    let scene = try Scene.small()
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    func run(_ arguments: any BytePathConvertible...) throws -> ProgramResult {
      try scene.program.run(arguments, limit: 300).succeeded()
    }
    func expect(_ earlier: Picture, _ comment: Comment) throws {
      expectSame(try picture(scene, database), earlier, comment)
    }
    let before = try picture(scene, database)
    let contents = try picture(scene, database, isWhole: false)
    #expect(before.parts["columns"]?.count ?? 0 > 2000)
    try _ = run("stage-01-start")
    try expect(before, "after the checkpoint")
    let proof = try scene.program.run(["verify", "--restore", "stage-01-start"], limit: 300)
    #expect(proof.code == 0, "\(proof)")

    try database.psql(Self.changes)
    let broken = try picture(scene, database)
    try _ = run("rollback", "--yes", "stage-01-start")
    try expect(before, "after a cold rollback")
    try _ = run("undo", "--yes")
    try expect(broken, "after undo")
    try _ = run("warm", "stage-01-start")
    #expect(try run("rollback", "--dry-run", "stage-01-start").printed.contains("_warm_"))
    try _ = run("rollback", "--yes", "stage-01-start")
    try expect(before, "after a warm rollback")
    try _ = run("undo", "--yes")
    try expect(broken, "after the second undo")

    let file = scene.directory.path.appending("regression.sql.gz")
    try _ = run("export", "stage-01-start", "--format", "sql.gz", "-o", file)
    expectSame(try picture(scene, loaded(file, database.server), isWhole: false), contents, "from a sql.gz")
  }

  /// A new database from an export.
  private func loaded(_ file: BytePath, _ server: PostgresServer) throws -> TestDatabase {
    let copy = TestDatabase(server: server, name: "copy", role: "postgres")
    try server.psql("CREATE DATABASE copy TEMPLATE template0")
    let words: [BytePath] = ["sh", "-c", "gunzip -c \"$0\" | \"$@\"", file]
    try Program.run(
      words + server.psqlWords("postgres", copy.name) + ["-f", "-"], environment: ["LC_ALL": "C.UTF-8"],
      limit: 300
    ).succeeded()
    return copy
  }

  /// Goes on after a difference: the next ways may differ in something else.
  private func expectSame(
    _ found: Picture, _ earlier: Picture, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let differences = found.differences(since: earlier)
    #expect(
      differences.isEmpty, "\(comment.rawValue):\n\(differences.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
}
