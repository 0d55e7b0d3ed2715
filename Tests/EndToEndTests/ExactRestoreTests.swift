// What pg_dump does not see, and what comes back all the same: versions and members of extensions, rows that no extension marked,
// the order of inherited columns, old contents of materialized views, foreign keys that were switched off.

import FileSystem
import TestSupport
import Testing

@Suite("What pg_dump does not see", .needsPostgreSQL)
struct ExactRestoreTests {
  /// Records, proves, wrecks, and rolls back cold and warm; each time `question` has the same answer.
  private func expectSame(
    _ setUp: String, wreck: String, _ question: String, rights: PostgresServer.Rights = .superuser
  ) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(setUp)
    let before = try database.psql(question)
    try scene.checkpoint("custom", "good")
    try database.psql(wreck)
    #expect(try database.psql(question) != before)
    try scene.checkpoint("rollback", "--yes", "good")
    #expect(try database.psql(question) == before, "cold")
    if !LongHunt.isOn { return }
    // A clone that is restored is compared, as a proof is. A copy on the server would show nothing of what is restored.
    try scene.repository.git("config", "checkpoint.warmCopyLimit", "0")
    #expect(try scene.checkpoint("warm", "good").printed.contains("restored and compared"))
    try database.psql(wreck)
    try scene.checkpoint("rollback", "--yes", "good")
    #expect(try database.psql(question) == before, "warm")
  }

  @Test("an extension comes back in its version", .needs(.extension("pg_trgm")))
  func version() throws {
    try expectSame(
      "CREATE EXTENSION pg_trgm VERSION '1.4'", wreck: "ALTER EXTENSION pg_trgm UPDATE",
      "SELECT extversion FROM pg_extension WHERE extname = 'pg_trgm'")
  }

  @Test(
    "functions of an extension come back as they were altered and replaced, before an index needs them",
    .needs(.extension("unaccent"), .extension("pgcrypto")))
  func members() throws {
    try expectSame(
      """
      CREATE EXTENSION unaccent; CREATE EXTENSION pgcrypto; ALTER FUNCTION unaccent(text) IMMUTABLE;
      CREATE OR REPLACE FUNCTION armor(bytea) RETURNS text LANGUAGE sql AS 'SELECT ''mine''::text';
      CREATE TABLE words (id int PRIMARY KEY, v text); INSERT INTO words VALUES (1, 'é'); CREATE INDEX ON words (unaccent(v));
      """,
      wreck:
        "DROP TABLE words; DROP EXTENSION unaccent; CREATE EXTENSION unaccent; DROP EXTENSION pgcrypto; CREATE EXTENSION pgcrypto",
      """
      SELECT provolatile FROM pg_proc WHERE proname = 'unaccent' AND pronargs = 1; SELECT prosrc FROM pg_proc WHERE proname = 'armor' AND pronargs = 1;
      SELECT count(*) FROM pg_indexes WHERE tablename = 'words'
      """)
  }

  @Test(
    "options, constraints and comments of what belongs to extensions come back, and a type that was added to one",
    .needs(.extension("dict_int"), .extension("earthdistance"), .extension("unaccent")))
  func additionsToMembers() throws {
    try expectSame(
      """
      CREATE EXTENSION dict_int; CREATE EXTENSION earthdistance CASCADE; CREATE EXTENSION unaccent;
      ALTER TEXT SEARCH DICTIONARY intdict (maxlen = 3); ALTER DOMAIN earth DROP CONSTRAINT on_surface;
      COMMENT ON FUNCTION unaccent(text) IS 'do not use';
      CREATE TYPE money_of AS (amount int, currency text); ALTER EXTENSION unaccent ADD TYPE money_of;
      CREATE TABLE prices (m money_of); INSERT INTO prices VALUES ((1, 'EUR'));
      """,
      wreck: """
        ALTER TEXT SEARCH DICTIONARY intdict (maxlen = 6); ALTER DOMAIN earth ADD CONSTRAINT on_surface CHECK (true);
        COMMENT ON FUNCTION unaccent(text) IS NULL; DELETE FROM prices
        """,
      """
      SELECT dictinitoption FROM pg_ts_dict WHERE dictname = 'intdict'; SELECT count(*) FROM pg_constraint WHERE contypid = 'earth'::regtype;
      SELECT obj_description('unaccent(text)'::regprocedure); SELECT * FROM prices;
      SELECT deptype FROM pg_depend WHERE objid = 'money_of'::regtype AND refclassid = 'pg_extension'::regclass
      """)
  }

  @Test("what cannot be made of an extension's member is no silent loss", .needs(.extension("tablefunc")))
  func memberThatCannotBeMade() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try database.psql("CREATE EXTENSION tablefunc; ALTER TYPE tablefunc_crosstab_2 ADD ATTRIBUTE more text")
    try scene.checkpoint("full")
    #expect(try scene.run("verify", "--restore", "latest").code == 12)
    let refused = try scene.run("rollback", "--yes", "latest")
    #expect(refused.code == 1 && refused.errorText.contains("tablefunc_crosstab_2"), "\(refused)")
    #expect(try scene.run("rollback", "--yes", "--partial", "latest").code == 3)
  }

  @Test(
    "a cold rollback sees what comes back otherwise although nothing failed", .needs(.extension("file_fdw")))
  func otherwise() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE EXTENSION file_fdw; CREATE SERVER f FOREIGN DATA WRAPPER file_fdw; CREATE TABLE p (a int);
      CREATE FOREIGN TABLE c (b text) INHERITS (p) SERVER f OPTIONS (filename '/dev/null'); ALTER TABLE p ADD z int
      """)
    try scene.checkpoint("full")
    let refused = try scene.run("rollback", "--yes", "latest")
    #expect(refused.code == 1 && refused.errorText.contains("column public.c.z"), "\(refused)")
    let result = try scene.run("rollback", "--yes", "--partial", "latest")
    #expect(result.code == 3 && result.printed.contains("column public.c.z"), "\(result)")
  }

  @Test(
    "a table that was added to an extension, what was added to a table of one, and all rows of both come back",
    .needs(.extension("unaccent"), .xml))
  func tablesOfExtensions() throws {
    try expectSame(
      """
      CREATE EXTENSION unaccent; CREATE TABLE added (id int PRIMARY KEY, note text DEFAULT 'x' NOT NULL, CHECK (id > 0));
      INSERT INTO added VALUES (5, 'kept'); CREATE INDEX added_note ON added (note); COMMENT ON COLUMN added.note IS 'why';
      ALTER EXTENSION unaccent ADD TABLE added;
      """,
      wreck: "DROP EXTENSION unaccent CASCADE; CREATE EXTENSION unaccent",
      """
      SELECT d.deptype FROM pg_depend d WHERE d.objid = to_regclass('added') AND d.deptype = 'e'; SELECT count(*) FROM pg_class WHERE relname = 'added_note';
      SELECT table_to_xml(to_regclass('added'), true, false, '') WHERE to_regclass('added') IS NOT NULL
      """)
  }

  @Test(
    "rows that no extension marked come back, and the numbers of its sequences",
    .enabled(if: TestExtension.isPossible, Comment(rawValue: TestExtension.whyNot)))
  func rowsOfExtensions() throws {
    let own = try TestExtension(7)
    try expectSame(
      """
      CREATE EXTENSION \(own.name); UPDATE options_of_test SET value = 'mine' WHERE key = 'built in'; INSERT INTO options_of_test VALUES ('k', 'v');
      INSERT INTO inner_of_test VALUES (2); SELECT setval('numbers_of_test', 77);
      """,
      wreck:
        "DELETE FROM inner_of_test; UPDATE options_of_test SET value = 'other'; SELECT setval('numbers_of_test', 5)",
      "SELECT * FROM options_of_test ORDER BY 1; SELECT * FROM inner_of_test ORDER BY 1; SELECT last_value FROM numbers_of_test"
    )
  }

  @Test(
    "columns of tables that inherit keep their order",
    arguments: [
      """
      CREATE TABLE parent (id int, at timestamptz, v text); CREATE TABLE child (v text, id int, at timestamptz);
      ALTER TABLE child INHERIT parent; INSERT INTO child VALUES ('x', 1, '2026-01-01');
      """,
      """
      CREATE TABLE parent (id int CHECK (id > 0)); CREATE TABLE child (c text DEFAULT 'it''s (a) "c"') INHERITS (parent) WITH (fillfactor = 70);
      ALTER TABLE parent ADD p text COLLATE "C" DEFAULT 'x' NOT NULL; ALTER TABLE parent ADD CHECK (p <> 'bad'); INSERT INTO child (id, c) VALUES (1, 'c');
      """,
      """
      CREATE TABLE parent (a int); CREATE TABLE "Other ""one" (o text); CREATE TABLE child (b int) INHERITS (parent, "Other ""one");
      ALTER TABLE "Other ""one" ADD g int GENERATED ALWAYS AS (1 + 2) STORED; CREATE TABLE grandchild (z int) INHERITS (child); ALTER TABLE parent ADD y text;
      INSERT INTO grandchild (a, o, b, z, y) VALUES (1, 'o', 2, 3, 'y');
      """,
    ])
  func columnOrder(_ setUp: String) throws {
    try expectSame(
      setUp, wreck: "DROP TABLE parent CASCADE; CREATE TABLE parent (id int)",
      """
      SELECT attrelid::regclass, attname, attislocal, attinhcount, attnotnull FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY attrelid::regclass::text, attnum;
      SELECT conrelid::regclass, pg_get_constraintdef(oid), conislocal FROM pg_constraint WHERE conrelid <> 0 AND contype = 'c' ORDER BY 1, 2;
      SELECT tableoid::regclass, * FROM parent
      """)
  }

  @Test("a user who is no superuser gets the order of columns, and a message about the rest")
  func columnOrderOfOwner() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      "CREATE TABLE parent (id int); CREATE TABLE child (c text) INHERITS (parent); ALTER TABLE parent ADD p text"
    )
    try scene.checkpoint("custom", "one")
    let proof = try scene.checkpoint("verify", "--restore", "one")
    #expect(proof.printed.contains("proven") && proof.printed.contains("its own as well"))
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(
      try database.psql(
        "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'child'::regclass AND attnum > 0"
      ) == "id,c,p")
  }

  @Test("a materialized view keeps its old rows, also one that could not be filled today")
  func views() throws {
    try expectSame(
      """
      CREATE TABLE numbers (n int); INSERT INTO numbers VALUES (1), (2); CREATE MATERIALIZED VIEW doubled AS SELECT n, 10 / n AS tenth FROM numbers;
      CREATE UNIQUE INDEX ON doubled (n); CREATE MATERIALIZED VIEW above AS SELECT n FROM doubled; CREATE MATERIALIZED VIEW empty AS SELECT 1 WITH NO DATA;
      INSERT INTO numbers VALUES (0), (3);
      """,
      wreck:
        "UPDATE numbers SET n = 7 WHERE n = 0; REFRESH MATERIALIZED VIEW doubled; REFRESH MATERIALIZED VIEW empty",
      "SELECT * FROM doubled ORDER BY n; SELECT * FROM above ORDER BY n; SELECT relname, relispopulated, relkind FROM pg_class WHERE relkind = 'm' ORDER BY 1"
    )
  }

  @Test("an ordinary user gets a stale view filled anew, and a message that says so")
  func staleViewOfOwner() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      "CREATE MATERIALIZED VIEW names AS SELECT name FROM people; DELETE FROM people WHERE id > 50")
    try scene.checkpoint("custom", "one")
    let result = try scene.checkpoint("rollback", "--yes", "one")
    #expect(result.printed.contains("public.names was not up to date"))
    #expect(try database.psql("SELECT count(*) FROM names") == "50")
  }

  @Test("generated columns come back with what they hold, whatever order the tables go in")
  func generated() throws {
    try expectSame(
      """
      CREATE TABLE zones (id int PRIMARY KEY, name text); INSERT INTO zones VALUES (1, 'north');
      CREATE FUNCTION zone(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT name FROM public.zones WHERE id = $1';
      CREATE TABLE addresses (id int, zone int, name text GENERATED ALWAYS AS (zone(zone)) STORED, pad text);
      INSERT INTO addresses (id, zone, pad) SELECT n, 1, repeat('x', 500) FROM generate_series(1, 3000) n;
      """,
      wreck: "DELETE FROM addresses", "SELECT count(*), min(name) FROM addresses")
  }

  @Test("foreign keys that were switched off stay so")
  func keyTriggers() throws {
    try expectSame(
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p); ALTER TABLE c DISABLE TRIGGER ALL",
      wreck: "ALTER TABLE c ENABLE TRIGGER ALL",
      "SELECT tgfoid::regproc, tgenabled FROM pg_trigger WHERE tgrelid = 'c'::regclass ORDER BY 1")
  }
}

extension ExactRestoreTests {
  @Test("a script for psql brings back the order of columns and old rows of views")
  func script() throws {
    // An import compares the server with before, and other tests make roles on the shared one.
    let scene = try Scene.small(.superuser, server: .separate())
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE TABLE parent (id int CHECK (id > 0)); CREATE TABLE child (c text) INHERITS (parent); ALTER TABLE parent ADD p text;
      INSERT INTO child VALUES (1, 'c', 'p'); CREATE MATERIALIZED VIEW seen AS SELECT id FROM parent; CREATE MATERIALIZED VIEW above AS SELECT id FROM seen;
      CREATE UNIQUE INDEX ON seen (id); UPDATE child SET id = 2;
      """)
    let question = """
      SELECT attname, attislocal FROM pg_attribute WHERE attrelid = 'child'::regclass AND attnum > 0 ORDER BY attnum;
      SELECT id FROM seen; SELECT id FROM above; SELECT * FROM child; SELECT conislocal FROM pg_constraint WHERE conrelid = 'child'::regclass;
      SELECT relkind, relispopulated FROM pg_class WHERE relname IN ('seen', 'above')
      """
    try scene.checkpoint("custom", "one")
    try scene.checkpoint("export", "one", "--format", "sql.gz", "--output", "out.sql.gz")
    let name = "\(database.name)_script"
    try database.server.psql("CREATE DATABASE \(name) TEMPLATE template0")
    let text = try Program.run(
      ["gunzip", "-c", scene.repository.top.appending("out.sql.gz")], environment: [:]
    ).succeeded().text
    try database.server.psql(text, in: name)
    #expect(try database.server.psql(question, in: name) == database.psql(question))
    try scene.checkpoint("import", "out.sql.gz", "--name", "again")
    try database.dropRelative(name)
  }
}
