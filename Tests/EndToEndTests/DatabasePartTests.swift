// Some schemas or tables of a checkpoint in the place of what is there, and everything else as it was.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Parts of a database", .needsPostgreSQL)
struct DatabasePartTests {
  private static let sample = """
    CREATE SCHEMA billing; CREATE SCHEMA crm; CREATE SCHEMA "odd schema";
    COMMENT ON SCHEMA billing IS 'money';
    CREATE TYPE billing.state AS ENUM ('open', 'paid');
    CREATE DOMAIN billing.amount AS numeric CHECK (VALUE >= 0);
    CREATE FUNCTION billing.tax(n numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT n * 0.19';
    CREATE TABLE crm.people (id serial PRIMARY KEY, name text);
    CREATE TABLE billing.invoices (id serial PRIMARY KEY, person int REFERENCES crm.people, total billing.amount,
      tax numeric GENERATED ALWAYS AS (billing.tax(total)) STORED, state billing.state DEFAULT 'open');
    CREATE INDEX ON billing.invoices (person) WHERE state = 'open';
    CREATE TABLE billing.lines (invoice int REFERENCES billing.invoices ON DELETE CASCADE, n int, what text);
    CREATE VIEW billing.open AS SELECT * FROM billing.invoices WHERE state = 'open';
    CREATE TABLE crm.notes (person int REFERENCES crm.people, note text,
      invoice int CONSTRAINT note_invoice REFERENCES billing.invoices DEFERRABLE);
    COMMENT ON CONSTRAINT note_invoice ON crm.notes IS 'a ''comment''';
    CREATE TABLE "odd schema"."My ""Table" (id int PRIMARY KEY, "col a" text);
    CREATE TABLE billing.log (at date, what text) PARTITION BY RANGE (at);
    CREATE TABLE billing.log1 PARTITION OF billing.log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TRIGGER t AFTER INSERT ON billing.lines FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    ALTER TABLE billing.lines DISABLE TRIGGER t;
    INSERT INTO crm.people (name) SELECT 'p' || i FROM generate_series(1, 20) i;
    INSERT INTO billing.invoices (person, total) SELECT 1 + i % 20, i FROM generate_series(1, 30) i;
    INSERT INTO billing.lines SELECT 1 + i % 30, i, 'l' || i FROM generate_series(1, 50) i;
    INSERT INTO crm.notes VALUES (1, 'x', 5);
    INSERT INTO billing.log SELECT '2026-01-03', 'e' || i FROM generate_series(1, 10) i;
    INSERT INTO "odd schema"."My ""Table" VALUES (1, 'x');
    """

  private static let wreck = """
    DROP VIEW billing.open;
    ALTER TABLE billing.invoices DROP COLUMN state CASCADE, ADD COLUMN extra int;
    TRUNCATE billing.lines;
    DROP TABLE billing.log;
    CREATE TABLE billing.later (id int);
    COMMENT ON SCHEMA billing IS NULL;
    """

  private func sampled(_ rights: PostgresServer.Rights) throws -> (Scene, TestDatabase, String) {
    let scene = try Scene(rights)
    let database = try #require(scene.database)
    try scene.repository.write("a.txt", "one\n")
    try scene.repository.commit("First")
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n")
    try database.psql(Self.sample)
    return (scene, database, try scene.take("full"))
  }

  @Test(
    "one schema comes back as it was, what refers to it stays, and undo takes it back",
    arguments: LongHunt.cases([PostgresServer.Rights.superuser, .createDatabases, .plain]))
  func schema(_ rights: PostgresServer.Rights) throws {
    let (scene, database, id) = try sampled(rights)
    let recorded = try scene.picture()
    try database.psql(Self.wreck)
    let wrecked = try scene.picture()
    try scene.checkpoint("restore", "database", id, "--schema", "billing", "--yes")
    try scene.expect(recorded)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(wrecked)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(recorded)
    try database.psql("INSERT INTO crm.people (name) VALUES ('later')")
    try scene.checkpoint("restore", "database", id, "--schema", "billing", "--yes")
    #expect(try database.psql("SELECT count(*) FROM crm.people") == "21")
  }

  @Test("tables that were dropped come back with everything that is theirs")
  func tables() throws {
    let (scene, database, id) = try sampled(.plain)
    let recorded = try scene.picture()
    try database.psql("DROP TABLE billing.lines; DROP SCHEMA \"odd schema\" CASCADE; DROP TABLE billing.log")
    let wrecked = try scene.picture()
    try scene.checkpoint(
      "restore", "database", id, "--table", "lines", "--table", "odd schema.My \"Table", "--table",
      "log", "--yes")
    try scene.expect(recorded)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(wrecked, except: ["definitions"])
    #expect(
      try database.psql("SELECT to_regclass('billing.lines') IS NULL, to_regclass('billing.log1') IS NULL")
        == "t|t")
  }

  @Test("what outside depends on a part stops its restoring before anything is touched")
  func dependents() throws {
    let (scene, database, id) = try sampled(.plain)
    let refused = try scene.run("restore", "database", id, "--table", "invoices", "--yes")
    #expect(refused.code == 1)
    #expect(refused.errorText.contains("view billing.open"), "\(refused)")
    for dependent in [
      "CREATE VIEW crm.v AS SELECT * FROM billing.lines", "CREATE TABLE crm.t (s billing.state)",
      "CREATE FUNCTION crm.f(s billing.state) RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "CREATE TABLE crm.t (n numeric DEFAULT billing.tax(3))",
      "CREATE TABLE crm.t () INHERITS (billing.lines)",
      "CREATE TABLE crm.t (n numeric CHECK (billing.tax(n) > 0))",
    ] {
      try database.psql(dependent)
      let before = try scene.picture()
      let result = try scene.run("restore", "database", id, "--schema", "billing", "--yes")
      #expect(result.code == 1, "\(dependent): \(result)")
      #expect(result.errorText.contains("other objects depend"), "\(result)")
      try scene.expect(before)
      try database.psql(
        "DROP VIEW IF EXISTS crm.v; DROP TABLE IF EXISTS crm.t; DROP FUNCTION IF EXISTS crm.f")
    }
  }

  @Test("rows outside that a part's rows no longer satisfy stop it, and everything stays")
  func foreignKeys() throws {
    let (scene, database, id) = try sampled(.plain)
    try database.psql(
      "INSERT INTO billing.invoices (id, total) VALUES (1000, 1); INSERT INTO crm.notes VALUES (1, 'y', 1000)"
    )
    let before = try scene.picture()
    let result = try scene.run("restore", "database", id, "--schema", "billing", "--yes")
    #expect(result.code == 1)
    #expect(result.errorText.contains("note_invoice"), "\(result)")
    try scene.expect(before)
  }

  @Test("definitions without rows, into the place and into a database of their own")
  func definitions() throws {
    let (scene, database, id) = try sampled(.createDatabases)
    let recorded = try scene.picture()
    try scene.checkpoint(
      "restore", "database", id, "--schema", "billing", "--schema", "crm", "--schema-only", "--yes")
    #expect(try database.psql("SELECT count(*) FROM billing.invoices") == "0")
    // Sequences start anew, as their tables do.
    func withoutValues(_ picture: Picture) -> [String]? {
      picture.parts["definitions"]?.filter { !$0.contains("setval") }
    }
    #expect(try withoutValues(scene.picture()) == withoutValues(recorded))
    try scene.checkpoint("undo", "--yes")
    try scene.expect(recorded)
    let name = "\(database.name)_part"
    try scene.checkpoint(
      "restore", "database", id, "--schema", "billing", "--schema", "crm", "--target-db", name)
    let tables =
      "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY 1, 2) FROM pg_tables WHERE schemaname IN ('crm', 'billing', 'odd schema')"
    #expect(
      try database.server.psql(tables, in: name)
        .split(separator: " ").map(String.init).sorted() == [
          "billing.invoices", "billing.lines", "billing.log", "billing.log1", "crm.notes", "crm.people",
        ])
    #expect(try database.server.psql("SELECT count(*) FROM billing.invoices", in: name) == "30")
    try database.server.psql("DROP DATABASE \"\(name)\"")
  }

  @Test("publications keep the tables of a part")
  func publications() throws {
    let (scene, database, id) = try sampled(.superuser)
    try database.psql(
      """
      CREATE PUBLICATION few FOR TABLE billing.invoices (id, total) WHERE (id > 3), crm.people;
      CREATE PUBLICATION whole FOR TABLES IN SCHEMA billing;
      """)
    let before = try scene.picture()
    try scene.checkpoint("restore", "database", id, "--schema", "billing", "--yes")
    try scene.expect(before)
  }

  @Test("a writer in the middle waits, and a killed restore of a part is taken up or given up")
  func killed() throws {
    let (scene, database, id) = try sampled(.plain)
    try database.psql(Self.wreck)
    let wrecked = try scene.picture()
    for (option, expected) in [("--abort", wrecked), ("--continue", nil)] as [(BytePath, Picture?)] {
      // A session that reads the part lets the locks be taken and holds up the end.
      let session = try database.server.session("SELECT * FROM billing.invoices", in: database.name)
      let running = try scene.program.start(["restore", "database", id, "--schema", "billing", "--yes"])
      try database.server.waitUntil(
        "SELECT count(*) > 0 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
          + "WHERE NOT granted AND mode = 'AccessExclusiveLock' AND datname = '\(database.name)'")
      running.send(SIGKILL)
      _ = running.wait()
      session.send(SIGKILL)
      // The server does not notice by itself that its client is gone.
      try database.server.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)'")
      #expect(try scene.run("full").code == 1, "every command says that something is pending")
      try scene.checkpoint("rollback", option)
      if let expected { try scene.expect(expected) }
    }
    #expect(try database.psql("SELECT count(*) FROM billing.log") == "10")
    #expect(try database.psql("SELECT to_regclass('billing.later') IS NULL") == "t")
  }
}
