// Databases that a plain restore refuses: functions that find names by the search path or read other tables, rows that break
// keys and checks. All that stock tools can load comes back; what cannot is left out only if the user says so.

import FileSystem
import TestSupport
import Testing

@Suite("What a plain restore refuses", .needsPostgreSQL)
struct StubbornRestoreTests {
  private static let folded = """
    CREATE FUNCTION helper(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(t) $$;
    CREATE FUNCTION folded(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT helper(t) $$;
    CREATE TABLE docs (id int PRIMARY KEY, body text, again text GENERATED ALWAYS AS (folded(body)) STORED, CHECK (folded(body) <> 'BAD'));
    INSERT INTO docs (id, body) SELECT n, 'doc ' || n FROM generate_series(1, 300) n;
    CREATE INDEX docs_folded ON docs (folded(body)); CREATE MATERIALIZED VIEW shouted AS SELECT folded(body) AS b FROM docs;
    """

  @Test(
    "functions that find names by the search path do not hinder a rollback, nor a part of it",
    .needs(.sessionSearchPath),
    arguments: LongHunt.cases([PostgresServer.Rights.superuser, .createDatabases, .plain]))
  func searchPath(_ rights: PostgresServer.Rights) throws {
    let (scene, database) = try Scene.filled(Self.folded, rights)
    try scene.checkpoint("custom", "one")
    if rights != .plain { try scene.checkpoint("verify", "--restore", "one") }
    try database.psql("DROP TABLE docs CASCADE")
    try scene.checkpoint("rollback", "--yes", "one")
    let question =
      "SELECT count(*), min(again) FROM docs; SELECT count(*) FROM pg_class WHERE relname = 'docs_folded'; SELECT count(*) FROM shouted"
    #expect(try database.psql(question) == "300|DOC 1\n1\n300")
    try database.psql("DROP MATERIALIZED VIEW shouted; DELETE FROM docs WHERE id > 5")
    try scene.checkpoint("restore", "database", "one", "--yes", "--table", "docs")
    #expect(try database.psql("SELECT count(*), min(again) FROM docs") == "300|DOC 1")
  }

  @Test(
    "a table whose check reads another one goes in after it",
    arguments: LongHunt.cases([PostgresServer.Rights.superuser, .plain]))
  func loadOrder(_ rights: PostgresServer.Rights) throws {
    let (scene, database) = try Scene.filled(
      """
      CREATE TABLE codes (name text PRIMARY KEY); INSERT INTO codes VALUES ('a');
      CREATE FUNCTION known(n text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN EXISTS (SELECT FROM public.codes WHERE name = n); END $$;
      CREATE TABLE an_item (n text CHECK (known(n)), pad text); INSERT INTO an_item SELECT 'a', repeat('x', 100) FROM generate_series(1, 9000);
      CREATE DOMAIN code AS text CHECK (known(VALUE)); CREATE TABLE a_small_one (c code); INSERT INTO a_small_one VALUES ('a');
      """, rights)
    try scene.checkpoint("custom", "one")
    try database.psql("DELETE FROM an_item; DELETE FROM a_small_one")
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(try database.psql("SELECT count(*) FROM an_item; SELECT count(*) FROM a_small_one") == "9000\n1")
    #expect(try database.psql("SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'c'") == "t")
  }

  private static let broken = """
    CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT to_p REFERENCES p); INSERT INTO p VALUES (1);
    INSERT INTO c VALUES (1, 1); SET session_replication_role = replica; INSERT INTO c VALUES (2, 99);
    """

  @Test(
    "a foreign key that rows break comes back not valid, with the rows, and is named",
    arguments: [
      ["rollback", "--yes", "one"], ["restore", "database", "one", "--yes", "--table", "c"],
      ["restore", "database", "one", "--yes", "--table", "p"],
      ["restore", "database", "one", "--yes", "--data-only"],
    ])
  func foreignKey(_ words: [String]) throws {
    let (scene, database) = try Scene.filled(Self.broken)
    try scene.checkpoint("custom", "one")
    if !words.contains("p") { try database.psql("DELETE FROM c WHERE id = 1") }
    let result = try scene.program.run(words.map { BytePath($0) }).succeeded()
    #expect(result.printed.contains("NOT VALID") && result.printed.contains("to_p"), "\(result)")
    #expect(
      try database.psql(
        "SELECT count(*) FROM c; SELECT convalidated FROM pg_constraint WHERE conname = 'to_p'") == "2\nf")
  }

  @Test("the proof finds a key that rows break, and list, status, show and the plan say it in the same words")
  func reservation() throws {
    let (scene, _) = try Scene.filled(Self.broken)
    let id = try scene.take("custom", "one")
    #expect(try scene.checkpoint("verify", "--restore", "one").printed.contains("proven"))
    let said = "it is NOT VALID now, and holds for new rows"
    for words in [["list"], ["status"], ["show"], ["rollback", "--dry-run", "one"]] {
      let result = try scene.program.run(words.map { BytePath($0) }).succeeded()
      #expect((result.printed + result.errorText).contains(said), "\(result)")
    }
    try scene.checkpoint("warm", "one")
    #expect(try scene.checkpoint("list").printed.contains("proven, warm"))
    #expect(
      try scene.checkpoint("show", "--json", id).json()["notes"]?["proof"]?["remarks"]?.array?.count == 1
    )
  }

  @Test("rows that break a check whose function was replaced come back, and the check is not valid")
  func check() throws {
    let (scene, database) = try Scene.filled(
      """
      CREATE FUNCTION fits(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (n int CONSTRAINT fitting CHECK (fits(n)));
      INSERT INTO t VALUES (1), (7); COMMENT ON CONSTRAINT fitting ON t IS 'why'; CREATE OR REPLACE FUNCTION fits(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 < 5';
      """)
    try scene.checkpoint("custom", "one")
    try scene.checkpoint("verify", "--restore", "one")
    try database.psql("DELETE FROM t")
    #expect(
      try scene.checkpoint("rollback", "--yes", "one").printed.contains("fitting of public.t is NOT VALID"))
    #expect(
      try database.psql(
        "SELECT count(*) FROM t; SELECT convalidated, obj_description(oid) FROM pg_constraint WHERE conname = 'fitting'"
      )
        == "2\nf|why")
  }

  @Test("what cannot be made stops everything; with --partial the rest comes back, and it is listed")
  func partial() throws {
    let (scene, database) = try Scene.filled(
      "CREATE TABLE t (n int, pad text); CREATE UNIQUE INDEX only_once ON t (n); INSERT INTO t VALUES (1, 'a'), (2, 'b')"
    )
    // As after a fault of the server: rows that its own unique index does not allow.
    try database.psql(
      "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'only_once'::regclass",
      asSuperuser: true)
    try database.psql("INSERT INTO t VALUES (1, 'c')")
    try database.psql(
      "UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'only_once'::regclass",
      asSuperuser: true)
    try scene.checkpoint("custom", "one")
    let proof = try scene.run("verify", "--restore", "one")
    #expect(proof.code == 12 && proof.printed.contains("only_once"))
    try database.psql("DELETE FROM t")
    let refused = try scene.run("rollback", "--yes", "one")
    #expect(
      refused.code == 1 && refused.errorText.contains("only_once") && refused.errorText.contains("--partial"))
    #expect(try database.psql("SELECT count(*) FROM t") == "0")
    #expect(try database.relatives() == [])
    let partly = try scene.run("rollback", "--yes", "--partial", "one")
    #expect(partly.code == 3 && partly.printed.contains("CREATE UNIQUE INDEX only_once"), "\(partly)")
    #expect(try database.psql("SELECT count(*) FROM t") == "3")
    let copy = try scene.run(
      "restore", "database", "one", "--partial", "--target-db", "\(BytePath(database.name))_copy")
    #expect(copy.code == 3)
    try database.dropRelative("\(database.name)_copy")
  }

  @Test("what the catalogs show is said when the checkpoint is taken")
  func risks() throws {
    let (scene, _) = try Scene.filled("CREATE TABLE odd AS SELECT adbin FROM pg_attrdef LIMIT 1")
    let taken = try scene.checkpoint("custom", "one")
    let said = "rows of public.odd cannot come back"
    #expect((taken.printed + taken.errorText).contains(said))
    #expect(try scene.checkpoint("list").printed.contains(said))
    #expect(try scene.checkpoint("status").printed.contains(said))
  }
}
