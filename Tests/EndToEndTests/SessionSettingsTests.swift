// Settings that a role or a database carries: timeouts that would cut a restore short, and all that changes how
// values are written and read.

import FileSystem
import Postgres
import TestSupport
import Testing

@Suite("Settings of roles and databases", .needsPostgreSQL)
struct SessionSettingsTests {
  private static let ways = [PostgresServer.Rights.createDatabases, .plain]

  private func set(_ settings: [String], forRoleOf database: TestDatabase) throws {
    try database.server.psql(
      settings.map { "ALTER ROLE \(database.role) SET \($0);" }.joined(separator: "\n"))
  }

  @Test("queries on the catalogs are not compiled, which takes longer than running them")
  func compilation() throws {
    let database = try PostgresServer.shared().makeDatabase()
    try set(["jit = on", "jit_above_cost = 0"], forRoleOf: database)
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    #expect(try connection.query("SHOW jit").first?[0] == "off")
  }

  @Test(
    "what a role says of formats, transactions and names changes nothing", arguments: LongHunt.cases(ways))
  func formats(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.fill()
    try database.psql(
      """
      CREATE TABLE names (c regclass, t regtype); INSERT INTO names VALUES ('people', 'status'), ('by_status_1', 'address[]');
      CREATE TABLE nulls (a text[], x \(ServerFeature.xml.isThere ? "xml" : "text")); INSERT INTO nulls VALUES ('{NULL,"NULL"}', 'just <b/> text');
      CREATE FUNCTION quoted() RETURNS text LANGUAGE sql AS $$ SELECT 'a\\b' $$;
      """)
    try set(
      [
        "DateStyle = 'SQL, DMY'", "IntervalStyle = 'sql_standard'", "bytea_output = 'escape'",
        "extra_float_digits = -9",
        "TimeZone = 'Asia/Tokyo'", "standard_conforming_strings = off", "escape_string_warning = off",
        "client_encoding = 'LATIN1'", "search_path = nowhere, inventory", "xmloption = document",
        "array_nulls = off",
        "quote_all_identifiers = on", "row_security = on", "client_min_messages = debug1",
        "default_transaction_read_only = on", "default_transaction_isolation = 'serializable'",
        "default_transaction_deferrable = on", "synchronize_seqscans = on",
        "default_table_access_method = 'heap'",
        "default_toast_compression = '\(ServerFeature.lz4.isThere ? "lz4" : "pglz")'",
        "check_function_bodies = on", "gin_fuzzy_search_limit = 5",
      ], forRoleOf: database)
    let before = try scene.databasePicture()
    let id = try scene.take("full")
    try database.server.psql("DROP TABLE nulls, texts, names, customers CASCADE", in: database.name)
    let broken = try scene.databasePicture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expectDatabase(broken)
    try scene.checkpoint("verify", "--all")
  }

  @Test(
    "what a database says of names changes nothing, though a new one does not say it yet",
    arguments: LongHunt.cases(ways))
  func namesOfDatabase(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(
      """
      ALTER DATABASE \(database.name) SET quote_all_identifiers = on; ALTER DATABASE \(database.name) SET search_path = '';
      CREATE TABLE names (c regclass); INSERT INTO names VALUES ('people');
      """)
    let before = try scene.databasePicture()
    let id = try scene.take("full")
    try database.psql("DROP TABLE public.names")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(before)
  }

  private static let timeouts = [
    "statement_timeout = '1s'", "lock_timeout = '1s'", "idle_in_transaction_session_timeout = '1s'",
    "idle_session_timeout = '1s'",
  ]

  @Test("timeouts of a role do not cut a checkpoint short that waits for a lock")
  func timeoutsOfCheckpoint() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    // pg_dump locks partitioned tables, too; the connections that copy rows lock what has rows.
    try database.psql("CREATE TABLE root (id int) PARTITION BY RANGE (id)")
    try set(Self.timeouts, forRoleOf: database)
    let holder = try database.server.session("LOCK TABLE root", in: database.name)
    let program = try scene.program.start(["full"])
    try database.server.waitUntil(
      """
      SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'pg_dump'
        AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > '1500 ms')
      """)
    try database.server.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'a long report'"
    )
    let result = program.wait()
    #expect(result.code == 0, "\(result)")
    withExtendedLifetime(holder) {}
  }

  @Test(
    "timeouts of a role or database do not cut a restore short that loads slowly",
    arguments: LongHunt.cases(ways))
  func timeoutsOfRestore(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE FUNCTION slow(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.6); RETURN true; END';
      CREATE TABLE slow (id int); INSERT INTO slow VALUES (1); ALTER TABLE slow ADD CONSTRAINT slowly CHECK (public.slow(id));
      """)
    try set(Self.timeouts, forRoleOf: database)
    for setting in Self.timeouts {
      try database.server.psql("ALTER DATABASE \(database.name) SET \(setting)")
    }
    let before = try scene.databasePicture()
    let id = try scene.take("full")
    try database.psql("DROP TABLE people")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(before)
  }

  @Test(
    "in place, a row that is written while the tables are being locked is noticed",
    arguments: ["read committed", "repeatable read"])
  func lateRow(_ isolation: String) throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try set(["default_transaction_isolation = '\(isolation)'"], forRoleOf: database)
    let id = try scene.take("full")
    try database.psql("DELETE FROM people WHERE id > 50")
    let writer = try database.server.session(
      #"""
      INSERT INTO people VALUES (1000, 'just in time');
      \echo ready
      DO $$ BEGIN
        WHILE NOT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE NOT granted AND relation = 'people'::regclass AND datname = current_database()) LOOP PERFORM pg_sleep(0.02); END LOOP;
      END $$;
      COMMIT
      """#, as: database.role, in: database.name)
    let result = try scene.run("rollback", "--yes", id)
    #expect(
      result.code == 1 && result.errorText.contains("another session wrote to the database"), "\(result)")
    #expect(try database.psql("SELECT count(*) FROM people") == "51")
    withExtendedLifetime(writer) {}
  }
}
