// One moment of a database: what belongs to it, what does not, and what comes with a restore although no dump
// holds it.

import ChunkStore
import FileSystem
import Glibc
import Postgres
import TestSupport
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Snapshots", .needsPostgreSQL)
struct SnapshotTests {
  private func source(_ database: TestDatabase) throws -> PostgreSQLSource {
    var limits = PostgreSQLSource.Limits()
    limits.lock = 1
    return PostgreSQLSource(
      LocatedDatabase(
        name: "main", parameters: try ConnectionParameters(parsing: database.url), origin: .user(way: "test"),
        clientPrefix: [], variable: nil), limits: limits, clock: SystemClock())
  }

  private func capture(_ snapshot: any DataSourceSnapshot, _ directory: EndToEndDirectory) throws
    -> SourceRecord
  {
    let store = try Store.create(at: directory.path.appending("store"))
    let session = try ChunkSession(store)
    defer { session.end() }
    return try snapshot.capture(into: session, progress: SilentProgress())
  }

  @Test("whatever is written after the snapshot, every connection sees the moment of the snapshot")
  func oneMoment() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let snapshot = try source(database).openSnapshot()
    try database.psql("DELETE FROM people WHERE id > 7; INSERT INTO things VALUES ('three')")
    #expect(try capture(snapshot, scene.directory).counts["rows"] == 102)
  }

  @Test("no worker waits for ever behind a session that queues for a table: it is named")
  func queuedLock() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let snapshot = try source(database).openSnapshot()
    // It waits for the snapshot's lock, and every later session would wait for it.
    let script = "BEGIN;\n\\echo ready\nLOCK TABLE people IN ACCESS EXCLUSIVE MODE;\n"
    let waiting = try database.server.session("SELECT 1;\n\(script)", as: database.role, in: database.name)
    try database.server.waitUntil(
      """
      SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'a long report'
        AND wait_event_type = 'Lock')
      """)
    do {
      _ = try capture(snapshot, scene.directory)
      Issue.record("no session was waited for")
    } catch DatabaseProblem.locked(_, let holders) {
      #expect(holders.contains { $0.contains("people") && $0.contains("waited for by") }, "\(holders)")
    }
    waiting.send(SIGKILL)
  }

  @Test("a transaction that was not committed is not in the checkpoint, and is in the next one")
  func transactionInProgress() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let writer = try database.server.session(
      #"""
      INSERT INTO people VALUES (1000, 'late');
      \echo ready
      DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;
      COMMIT
      """#, as: database.role, in: database.name)
    let first = try scene.take("full")
    let gate = try database.server.session("SELECT pg_advisory_lock(4711)", in: database.name)
    try database.server.waitUntil(
      "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
    let deadline = MonotonicTime.now + 20
    while try database.psql("SELECT count(*) FROM people") != "101", MonotonicTime.now < deadline {}
    let second = try scene.take("full")
    try database.server.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'a long report'"
    )
    withExtendedLifetime((gate, writer)) {}
    try scene.checkpoint("rollback", "--yes", first)
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
    try scene.checkpoint("rollback", "--yes", second)
    #expect(try database.psql("SELECT count(*) FROM people") == "101")
  }

  @Test("sequences come back as they were though nothing else changed, and go on from there")
  func sequences() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE SEQUENCE s START 5; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, v int); INSERT INTO t (v) VALUES (1), (2);
      """)
    let first = try scene.take("full")
    try database.psql("SELECT nextval('s'), nextval('s')")
    let second = try scene.take("full")
    let next = "SELECT nextval('s'); INSERT INTO t (v) VALUES (3) RETURNING id"
    try database.psql("\(next); \(next)")
    try scene.checkpoint("rollback", "--yes", second)
    #expect(try database.psql(next) == "7\n3")
    try scene.checkpoint("rollback", "--yes", first)
    #expect(try database.psql(next) == "5\n3")
  }

  @Test("rows whose text changed although no block did are recorded anew")
  func changedText() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE TYPE colour AS ENUM ('red', 'green'); CREATE TYPE pair AS (a int); CREATE TABLE named (id int);
      CREATE TABLE t (c colour, p pair, r regclass); INSERT INTO t VALUES ('red', '(1)', 'named'), ('green', '(2)', NULL);
      """)
    let before = try scene.databasePicture()
    let first = try scene.take("full")
    try database.psql(
      """
      ALTER TYPE colour RENAME VALUE 'red' TO 'crimson'; ALTER TYPE pair ADD ATTRIBUTE b text; ALTER TABLE named RENAME TO renamed;
      ALTER TABLE people ADD COLUMN fast text DEFAULT 'was not there'; ALTER TABLE things ADD COLUMN gone int; ALTER TABLE things DROP COLUMN gone;
      """)
    let after = try scene.databasePicture()
    let second = try scene.take("incremental")
    try scene.checkpoint("rollback", "--yes", first)
    try scene.expectDatabase(before)
    try scene.checkpoint("rollback", "--yes", second)
    try scene.expectDatabase(after)
  }

  @Test(
    "the planner knows a restored database as it knew the first one",
    arguments: [PostgresServer.Rights.createDatabases, .plain])
  func plannerStatistics(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE INDEX ON people (lower(name)); CREATE STATISTICS both_columns ON id, name FROM people;
      CREATE MATERIALIZED VIEW m AS SELECT * FROM people; ANALYZE;
      """)
    let known = """
      SELECT count(*) FROM pg_stats WHERE schemaname = 'public'; SELECT count(*) FROM pg_stats_ext WHERE n_distinct IS NOT NULL;
      SELECT relname, reltuples FROM pg_class WHERE relname IN ('people', 'things', 'm') ORDER BY 1;
      """
    let before = try database.psql(known)
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people CASCADE")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql(known) == before)
  }

  @Test(
    "pg_dump of the server's own version is taken, not the one that PATH would give",
    .enabled(if: PostgresServer.chosen == nil, "only Debian's programs lie in directories of their versions"))
  func clientPrograms() throws {
    let directory = try #require(PostgresServer.programs)
    let major = try #require(directory.components.dropLast().last.flatMap { Int("\($0)") })
    let programs = try ClientPrograms.locate(serverMajor: major, prefix: [])
    #expect(
      programs.dumpCommand == ["\(directory)/pg_dump"]
        && programs.restoreCommand == ["\(directory)/pg_restore"])
  }
}
