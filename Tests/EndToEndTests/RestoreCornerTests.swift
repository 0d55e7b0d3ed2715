// Corners of restoring: what belongs to others besides an extension, names that clash, identities in tables of another order,
// names that are no UTF-8, keys of partitioned tables, messages after a kill.

import FileSystem
import TestSupport
import Testing

@Suite("Corners of restoring", .needsPostgreSQL)
struct RestoreCornerTests {
  private func scene(
    _ setUp: String, _ rights: PostgresServer.Rights = .superuser, options: String = ""
  ) throws -> (Scene, TestDatabase) {
    let scene = try Scene.small(rights, options: options)
    let database = try #require(scene.database)
    try database.psql(setUp)
    return (scene, database)
  }

  @Test(
    "an extension that a table of another role uses is not taken away in place", .needs(.extension("citext")))
  func othersColumn() throws {
    let (scene, database) = try scene("SELECT 1", .plain)
    try scene.checkpoint("custom", "one")
    try database.psql(
      """
      CREATE EXTENSION citext; CREATE SCHEMA theirs AUTHORIZATION postgres; CREATE TABLE theirs.words (w citext);
      INSERT INTO theirs.words VALUES ('kept'); GRANT USAGE ON SCHEMA theirs TO PUBLIC; GRANT SELECT ON theirs.words TO PUBLIC;
      """, asSuperuser: true)
    let result = try scene.checkpoint("rollback", "--yes", "one")
    #expect(result.printed.contains("the extension citext stays"), "\(result)")
    #expect(try database.psql("SELECT w FROM theirs.words", asSuperuser: true) == "kept")
  }

  @Test("a part whose index has the name of another table's one leaves that alone")
  func nameClash() throws {
    let (scene, database) = try scene(
      "CREATE TABLE t (n int); CREATE INDEX foo ON t (n); CREATE TABLE u (n int)")
    try scene.checkpoint("custom", "one")
    try database.psql("DROP INDEX foo; CREATE INDEX foo ON u (n)")
    let result = try scene.run("restore", "database", "one", "--yes", "--table", "t")
    #expect(result.code == 1 && result.errorText.contains("foo"), "\(result)")
    #expect(try database.psql("SELECT tablename FROM pg_indexes WHERE indexname = 'foo'") == "u")
  }

  @Test("a table of another order with an identity column comes back, and a part does not touch other tables")
  func identity() throws {
    let (scene, database) = try scene(
      """
      CREATE TABLE parent (a int); CREATE TABLE child (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY) INHERITS (parent);
      ALTER TABLE parent ADD z text; INSERT INTO child (a, z) VALUES (1, 'z'); CREATE TABLE t (n int);
      """)
    let question = """
      SELECT attname, attislocal FROM pg_attribute WHERE attrelid = 'child'::regclass AND attnum > 0 ORDER BY attnum; SELECT * FROM child
      """
    let before = try database.psql(question)
    try scene.checkpoint("custom", "one")
    try scene.checkpoint("verify", "--restore", "one")
    try database.psql("DROP TABLE parent CASCADE")
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(try database.psql(question) == before)
    try database.psql(
      "INSERT INTO child (a) VALUES (2); ALTER TABLE child NO INHERIT parent; ALTER TABLE child INHERIT parent"
    )
    let local = try database.psql(
      "SELECT count(*) FROM pg_attribute WHERE attrelid = 'child'::regclass AND attislocal")
    try scene.checkpoint("restore", "database", "one", "--yes", "--table", "t")
    #expect(
      try database.psql("SELECT count(*) FROM pg_attribute WHERE attrelid = 'child'::regclass AND attislocal")
        == local)
  }

  @Test("a broken key between names that are no UTF-8 comes back not valid")
  func latinNames() throws {
    let (scene, database) = try scene(
      """
      CREATE TABLE "größe" (id int PRIMARY KEY); CREATE TABLE teil (g int CONSTRAINT "schlüssel" REFERENCES "größe");
      SET session_replication_role = replica; INSERT INTO teil VALUES (7);
      """, options: "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try scene.checkpoint("custom", "one")
    try scene.checkpoint("verify", "--restore", "one")
    let result = try scene.checkpoint("rollback", "--yes", "one")
    #expect(result.printed.contains("NOT VALID"))
    #expect(try database.psql("SELECT count(*) FROM teil") == "1")
  }

  @Test(
    "a broken key of a partitioned table comes back at its partitions, or whole if the server can",
    arguments: [["rollback", "--yes", "one"], ["restore", "database", "one", "--yes", "--table", "par"]])
  func partitionedKey(_ words: [String]) throws {
    let (scene, database) = try scene(
      """
      CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE par (n int CONSTRAINT par_p REFERENCES p) PARTITION BY RANGE (n);
      CREATE TABLE par_1 PARTITION OF par FOR VALUES FROM (0) TO (100); SET session_replication_role = replica; INSERT INTO par VALUES (7);
      """)
    try scene.checkpoint("custom", "one")
    let result = try scene.program.run(words.map { BytePath($0) }).succeeded()
    #expect(result.printed.contains("NOT VALID"), "\(result)")
    #expect(
      try database.psql(
        "SELECT n FROM par; SELECT bool_or(convalidated) FROM pg_constraint WHERE conname = 'par_p'")
        == "7\nf")
  }

  @Test("if a user restores in place, a message says that a stale view is filled anew")
  func staleInPlace() throws {
    let (scene, database) = try scene(
      "CREATE MATERIALIZED VIEW names AS SELECT name FROM people; DELETE FROM people WHERE id > 50", .plain)
    try scene.checkpoint("custom", "one")
    #expect(
      try scene.checkpoint("rollback", "--yes", "one").printed.contains("public.names was not up to date"))
    #expect(try database.psql("SELECT count(*) FROM names") == "50")
  }

  @Test("a key is valid if the rows that it needs came in late")
  func lateParent() throws {
    let (scene, database) = try scene(
      """
      CREATE TABLE parent (id int PRIMARY KEY, named regclass); INSERT INTO parent VALUES (1, 'parent_pkey');
      CREATE TABLE child (p int CONSTRAINT to_parent REFERENCES parent); INSERT INTO child VALUES (1);
      """)
    try scene.checkpoint("custom", "one")
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(
      try database.psql(
        "SELECT named FROM parent; SELECT convalidated FROM pg_constraint WHERE conname = 'to_parent'")
        == "parent_pkey\nt")
  }
}
