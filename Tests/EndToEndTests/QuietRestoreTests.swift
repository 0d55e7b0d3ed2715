// What must not hinder a data-only restore, and must be as it was afterwards: event triggers, constraints that old rows
// need not satisfy, foreign keys that recorded rows break.

import FileSystem
import TestSupport
import Testing

@Suite("A data-only restore without side effects", .needsPostgreSQL)
struct QuietRestoreTests {
  private func scene(_ rights: PostgresServer.Rights, _ contents: String) throws -> (Scene, TestDatabase) {
    let scene = try Scene(rights)
    let database = try #require(scene.database)
    try scene.repository.write("a.txt", "one\n")
    try scene.repository.commit("First")
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n")
    try database.psql(contents, asSuperuser: rights == .superuser)
    return (scene, database)
  }

  private static let eventTriggers = """
    CREATE TABLE keep (id int PRIMARY KEY, p int REFERENCES keep, n text); INSERT INTO keep VALUES (1, 1, '5');
    CREATE TABLE ddl_log (tag text);
    CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO public.ddl_log VALUES (tg_event || ' ' || tg_tag); END $$;
    CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no DDL here'; END $$;
    CREATE VIEW states AS SELECT evtname, evtevent, evtenabled, obj_description(oid) FROM pg_event_trigger;
    """

  private static let made = """
    CREATE EVENT TRIGGER log_start ON ddl_command_start EXECUTE FUNCTION log_ddl();
    CREATE EVENT TRIGGER log_end ON ddl_command_end EXECUTE FUNCTION log_ddl();
    CREATE EVENT TRIGGER log_drop ON sql_drop EXECUTE FUNCTION log_ddl();
    CREATE EVENT TRIGGER log_rewrite ON table_rewrite EXECUTE FUNCTION log_ddl();
    CREATE EVENT TRIGGER off ON ddl_command_start EXECUTE FUNCTION refuse();
    CREATE EVENT TRIGGER refuses ON ddl_command_start EXECUTE FUNCTION refuse();
    ALTER EVENT TRIGGER off DISABLE; ALTER EVENT TRIGGER log_drop ENABLE REPLICA; ALTER EVENT TRIGGER refuses ENABLE ALWAYS;
    COMMENT ON EVENT TRIGGER log_end IS 'a comment';
    """

  @Test("the project's event triggers do not run, whatever their event, and are as they were")
  func eventTriggers() throws {
    let (scene, database) = try scene(.superuser, Self.eventTriggers)
    _ = try scene.take("database", "before")
    // Its conversion makes temporary tables, which are definitions, too.
    try database.psql("ALTER TABLE keep ALTER n TYPE int USING n::int; DELETE FROM keep;" + Self.made)
    try database.psql("DELETE FROM ddl_log; INSERT INTO ddl_log VALUES ('mine')")
    let states = try database.psql("SELECT * FROM states ORDER BY 1")
    let plan = try scene.run("restore", "database", "before", "--data-only", "--plan").succeeded()
    #expect(!plan.text.contains("event trigger"), "\(plan)")
    #expect(try database.psql("SELECT string_agg(tag, ',') FROM ddl_log") == "mine")
    try scene.checkpoint("restore", "database", "before", "--data-only", "--yes")
    #expect(try database.psql("SELECT count(*) FROM ddl_log") == "0")
    #expect(try database.psql("SELECT * FROM keep") == "1|1|5")
    #expect(try database.psql("SELECT * FROM states ORDER BY 1") == states)
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT string_agg(tag, ',') FROM ddl_log") == "mine")
    #expect(try database.psql("SELECT * FROM states ORDER BY 1") == states)
  }

  @Test("event triggers of others run: the plan names them, and the result what they wrote")
  func eventTriggersOfOthers() throws {
    let (scene, database) = try scene(.createDatabases, Self.eventTriggers)
    _ = try scene.take("database", "before")
    try database.psql(
      "CREATE EVENT TRIGGER watches ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION log_ddl();"
        + "CREATE EVENT TRIGGER elsewhere ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION refuse()",
      asSuperuser: true)
    let plan = try scene.run("restore", "database", "before", "--data-only", "--plan").succeeded()
    #expect(plan.lines.first?.contains("the event trigger watches (owned by postgres)") == true, "\(plan)")
    #expect(!plan.text.contains("elsewhere"))
    let done = try scene.run("restore", "database", "before", "--data-only", "--yes").succeeded()
    #expect(done.printed.contains("public.ddl_log has 1 row that was not recorded"), "\(done)")
  }

  @Test(
    "constraints that are NOT VALID today let old rows in, and come back as they were",
    arguments: LongHunt.cases([PostgresServer.Rights.superuser, .plain]))
  func unprovenChecks(_ rights: PostgresServer.Rights) throws {
    let (scene, database) = try scene(
      rights,
      """
      CREATE DOMAIN size AS int; CREATE TABLE t (id int PRIMARY KEY, age int, d size, ds size[]);
      CREATE TABLE base (n int); CREATE TABLE child (own int) INHERITS (base); CREATE TABLE other () INHERITS (base);
      CREATE TABLE parts (n int) PARTITION BY LIST (n); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
      INSERT INTO t VALUES (1, 5, 5, '{5}'); INSERT INTO child VALUES (1, 2); INSERT INTO base VALUES (1);
      INSERT INTO parts VALUES (1);
      """)
    _ = try scene.take("database", "before")
    try database.psql(
      """
      ALTER TABLE t ADD CONSTRAINT old CHECK (age > 10) NOT VALID; COMMENT ON CONSTRAINT old ON t IS 'a comment';
      ALTER DOMAIN size ADD CONSTRAINT large CHECK (VALUE > 10) NOT VALID;
      COMMENT ON CONSTRAINT large ON DOMAIN size IS 'another';
      ALTER TABLE child ADD CONSTRAINT own_too CHECK (n > 10) NOT VALID;
      ALTER TABLE base ADD CONSTRAINT own_too CHECK (n > 10) NOT VALID;
      ALTER TABLE parts ADD CONSTRAINT high CHECK (n > 10) NOT VALID;
      ALTER TABLE t ALTER id TYPE bigint;
      """)
    let before = try scene.picture()
    try database.psql("DELETE FROM t; DELETE FROM base; DELETE FROM parts")
    let constraints =
      "SELECT conrelid::regclass, conname, convalidated, conislocal, coninhcount, pg_get_constraintdef(oid),"
      + " obj_description(oid) FROM pg_constraint WHERE contype IN ('c', 'n') ORDER BY 1, 2"
    let known = try database.psql(constraints)
    try scene.checkpoint("restore", "database", "before", "--data-only", "--yes")
    try scene.expect(before)
    #expect(try database.psql(constraints) == known)
    #expect(throws: (any Error).self, "they hold for new rows") {
      try database.psql("INSERT INTO t VALUES (2, 5)")
    }
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM base") == "0")
    // A constraint that is proven stays, and is named with its table.
    try database.psql(
      "ALTER TABLE t DROP CONSTRAINT old; ALTER TABLE t ADD CONSTRAINT proven CHECK (age > 10)")
    let refused = try scene.run("restore", "database", "before", "--data-only", "--yes")
    #expect(
      refused.code == 1 && refused.errorText.contains("public.t") && refused.errorText.contains("proven"),
      "\(refused)")
  }

  @Test(
    "checks that read other tables, and functions that find names by the search_path, hold afterwards",
    .needs(.sessionSearchPath))
  func functionsInConstraints() throws {
    let (scene, database) = try scene(
      .plain,
      """
      CREATE TABLE z_codes (name text PRIMARY KEY); INSERT INTO z_codes VALUES ('a');
      CREATE FUNCTION folded(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN helper(t); END $$;
      CREATE FUNCTION helper(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(t) $$;
      CREATE FUNCTION known(n text) RETURNS bool LANGUAGE plpgsql AS
        $$ BEGIN RETURN EXISTS (SELECT FROM z_codes WHERE name = folded(n)); END $$;
      CREATE TABLE a_items (id int PRIMARY KEY, n text CONSTRAINT has_code CHECK (known(n)), body varchar(9));
      CREATE INDEX ON a_items (folded(body)); INSERT INTO a_items VALUES (1, 'A', 'x');
      CREATE MATERIALIZED VIEW shown AS SELECT folded(body) FROM a_items;
      """)
    _ = try scene.take("database", "before")
    try database.psql("DELETE FROM a_items; DELETE FROM z_codes; REFRESH MATERIALIZED VIEW shown")
    let before = try scene.picture()
    try scene.checkpoint("restore", "database", "before", "--data-only", "--yes")
    #expect(try database.psql("SELECT * FROM a_items, shown") == "1|A|x|x")
    #expect(try database.psql("SELECT convalidated FROM pg_constraint WHERE conname = 'has_code'") == "t")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
    // Rows that break it are refused, and it is named.
    let refused = try scene.run(
      "restore", "database", "before", "--data-only", "--exclude-table", "z_codes", "--yes")
    #expect(refused.code == 1 && refused.errorText.contains("has_code"), "\(refused)")
    // Conversions find the names as well.
    try database.psql("ALTER TABLE a_items ALTER id TYPE bigint")
    try scene.checkpoint("restore", "database", "before", "--data-only", "--yes")
    #expect(try database.psql("SELECT count(*) FROM a_items") == "1")
  }

  @Test(
    "a foreign key that recorded rows break comes back NOT VALID, and undo makes it whole again",
    arguments: [false, true])
  func brokenKeys(isPartitioned: Bool) throws {
    let (scene, database) = try scene(
      .superuser,
      """
      CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
      CREATE TABLE c (id int, p int REFERENCES p)\(isPartitioned ? " PARTITION BY LIST (id)" : "");
      \(isPartitioned ? "CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1); CREATE TABLE c2 PARTITION OF c FOR VALUES IN (2);" : "")
      COMMENT ON CONSTRAINT c_p_fkey ON c IS 'a comment';
      SET session_replication_role = replica; INSERT INTO c VALUES (1, 1), (2, 99);
      """)
    _ = try scene.take("database", "before")
    try database.psql("DELETE FROM c WHERE id = 2")
    let before = try scene.picture()
    let done = try scene.run("restore", "database", "before", "--data-only", "--yes").succeeded()
    #expect(
      done.printed.contains("public.c: rows break a foreign key") && done.printed.contains("c_p_fkey"),
      "\(done)")
    #expect(try database.psql("SELECT count(*) FROM c") == "2")
    #expect(
      try database.psql("SELECT count(*) > 0 FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")
        == "t")
    #expect(throws: (any Error).self, "it holds for new rows") {
      try database.psql("INSERT INTO c VALUES (1, 7)")
    }
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
    // Redo, and once more the way back.
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM c") == "2")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
  }

  @Test(
    "restoring one table: a key that was broken when it was recorded comes back, one that breaks today is refused"
  )
  func oneSide() throws {
    let (scene, database) = try scene(
      .superuser,
      """
      CREATE TABLE p (a int, b text, PRIMARY KEY (a, b)); INSERT INTO p VALUES (1, 'x'), (2, 'y');
      CREATE TABLE c (id int, a int, b text, FOREIGN KEY (a, b) REFERENCES p);
      SET session_replication_role = replica; INSERT INTO c VALUES (1, 1, 'x'), (2, 9, 'z'), (3, NULL, 'n');
      """)
    _ = try scene.take("database", "before")
    try database.psql("DELETE FROM c")
    let done = try scene.run("restore", "database", "before", "--data-only", "--table", "c", "--yes")
      .succeeded()
    #expect(done.printed.contains("NOT VALID"), "\(done)")
    #expect(try database.psql("SELECT count(*) FROM c") == "3")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT convalidated FROM pg_constraint WHERE contype = 'f'") == "t")
    try database.psql("DELETE FROM p WHERE a = 1")
    let refused = try scene.run("restore", "database", "before", "--data-only", "--table", "c", "--yes")
    #expect(refused.code == 1 && refused.errorText.contains("c_a_b_fkey"), "\(refused)")
    #expect(try database.psql("SELECT count(*) FROM c") == "0")
  }
}
