// Connections that the server ends in the middle: an error, nothing half done, and the database as it was.

import FileSystem
import Postgres
import TestSupport
import Testing

@Suite("Broken connections", .needsPostgreSQL, .longHunt)
struct BrokenConnectionTests {
  @Test("rows that stop coming are an error, not the end of the table")
  func copyOut() throws {
    let database = try PostgresServer.shared().makeDatabase()
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    let process = connection.processID
    var rowCount = 0
    #expect(throws: DatabaseError.self) {
      try connection.copyOut("COPY (SELECT n, repeat('x', 500) FROM generate_series(1, 200000) n) TO STDOUT")
      { _ in
        if rowCount == 0 {
          try database.server.psql("SELECT pg_terminate_backend(\(process))")
          try database.server.waitUntil(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(process))")
        }
        rowCount += 1
      }
    }
    #expect(rowCount < 200_000)
  }

  @Test("rows that cannot be sent any more are an error")
  func copyIn() throws {
    let database = try PostgresServer.shared().makeDatabase()
    try database.psql("CREATE TABLE t (a text)")
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    let row = Array((String(repeating: "x", count: 1000) + "\n").utf8)
    #expect(throws: DatabaseError.self) {
      try connection.copyIn("COPY public.t FROM STDIN") { send in
        try database.server.psql("SELECT pg_terminate_backend(\(connection.processID))")
        for _ in 1...20_000 { try row.withUnsafeBytes { try send($0) } }
      }
    }
    #expect(try database.psql("SELECT count(*) FROM t") == "0")
  }

  @Test("a checkpoint whose connection is cut publishes nothing", arguments: ["pg_dump", "checkpoint"])
  func checkpoint(_ victim: String) throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql("CREATE TABLE root (id int) PARTITION BY RANGE (id)")
    // pg_dump waits for this table, and all others wait for pg_dump.
    let holder = try database.server.session("LOCK TABLE root", in: database.name)
    let program = try scene.program.start(["full"])
    try database.server.waitUntil(
      """
      SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'pg_dump'
        AND wait_event_type = 'Lock')
      """)
    func end(_ name: String) throws {
      try database.server.psql(
        """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = '\(database.name)' AND application_name = '\(name)'
        """)
    }
    try end(victim)
    try end("a long report")
    let result = program.wait()
    #expect(result.code == 1 && result.errorText.contains("error: "), "\(result)")
    #expect(try scene.names(in: "manifests") == [])
    try scene.expectNone(scene.leftovers() + scene.refs())
    withExtendedLifetime(holder) {}
    try scene.checkpoint("full")
    try scene.checkpoint("verify", "--all")
  }

  @Test(
    "a rollback whose connection is cut leaves everything as it was, and works when it is tried again",
    arguments: [PostgresServer.Rights.createDatabases, .plain])
  func rollback(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    let gate = "gate_of_\(database.name)"
    // Rows that go in wait for as long as a session of that name exists.
    try database.psql(
      """
      CREATE FUNCTION passes(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '\(gate)') LOOP
          PERFORM pg_sleep(0.02); PERFORM pg_stat_clear_snapshot();
        END LOOP;
        RETURN true;
      END $$;
      CREATE TABLE gated (id int CHECK (public.passes(id))); INSERT INTO gated VALUES (1), (2);
      """)
    let recorded = try scene.databasePicture()
    let id = try scene.take("full")
    try scene.repository.write("a.txt", "broken\\n")
    try database.psql("DROP TABLE people; UPDATE gated SET id = 7")
    let before = try scene.picture()
    let holder = try database.server.session(
      "SET application_name = '\(gate)'", as: database.role, in: "postgres")
    let program = try scene.program.start(["rollback", "--yes", id])
    let loading = """
      FROM pg_stat_activity WHERE datname LIKE '\(database.name)%' AND application_name LIKE 'checkpoint %'
        AND query LIKE 'COPY "public"."gated"%FROM STDIN%' AND state = 'active'
      """
    try database.server.waitUntil("SELECT EXISTS (SELECT \(loading))")
    try database.server.psql("SELECT pg_terminate_backend(pid) \(loading)")
    let result = program.wait()
    try database.server.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '\(gate)'")
    withExtendedLifetime(holder) {}
    #expect(result.code == 1 && result.errorText.contains("terminating connection"), "\(result)")
    try scene.expect(before)
    #expect(try database.relatives() == [])
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(recorded)
  }
}
