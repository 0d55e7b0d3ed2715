// What the server refuses for reasons of its own: a library or a tablespace that is gone, errors that functions call internal.

import FileSystem
import TestSupport
import Testing

@Suite("What the server refuses", .needsPostgreSQL)
struct RefusedByServerTests {
  @Test("a table whose check raises an internal error goes in after the table that the check reads")
  func internalError() throws {
    let (scene, database) = try Scene.filled(
      """
      CREATE TABLE z_systems (id int PRIMARY KEY); INSERT INTO z_systems VALUES (4326);
      CREATE FUNCTION known(i int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM public.z_systems WHERE id = i) THEN RAISE EXCEPTION 'no system %', i USING ERRCODE = 'XX000'; END IF;
        RETURN true; END $$;
      CREATE TABLE a_places (id int PRIMARY KEY, s int CHECK (known(s))); INSERT INTO a_places VALUES (1, 4326)
      """)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM a_places")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM a_places") == "1")
  }

  @Test(
    "without a function's library all else comes back, if that is allowed", .needs(.extension("autoinc")))
  func library() throws {
    let scene = try Scene.small(.superuser, server: .separate())
    let database = try #require(scene.database)
    let library: BytePath = "\(database.server.directory)/autoinc_copy.so"
    let copied = try database.server.psql("SELECT setting FROM pg_config WHERE name = 'PKGLIBDIR'")
    try Program.run(["cp", "\(copied)/autoinc.so", library]).succeeded()
    try database.psql("CREATE FUNCTION counts() RETURNS trigger LANGUAGE c AS '\(library)', 'autoinc'")
    try scene.checkpoint("full")
    try FileTree.remove(library)
    try database.psql("DELETE FROM people")
    let refused = try scene.run("rollback", "--yes", "latest")
    #expect(refused.code == 1 && refused.errorText.contains("--partial"), "\(refused)")
    let result = try scene.run("rollback", "--yes", "--partial", "latest")
    #expect(result.code == 3 && result.printed.contains("function public.counts()"), "\(result)")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("what stood in a tablespace that is gone comes back in the default one")
  func tablespace() throws {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.superuser, server: server)
    let database = try #require(scene.database)
    try server.psql("SET allow_in_place_tablespaces = on; CREATE TABLESPACE fast LOCATION ''")
    try database.psql("CREATE TABLE quick (id int PRIMARY KEY) TABLESPACE fast; INSERT INTO quick VALUES (1)")
    try scene.checkpoint("full")
    try database.psql("DROP TABLE quick")
    try server.psql("DROP TABLESPACE fast")
    let result = try scene.checkpoint("rollback", "--yes", "latest")
    #expect((result.printed + result.errorText).contains("no tablespace fast"), "\(result)")
    #expect(try database.psql("SELECT count(*) FROM quick") == "1")
  }

  @Test("rows that break a domain below another one come back, and its check is NOT VALID")
  func nestedDomain() throws {
    let (scene, database) = try Scene.filled(
      """
      CREATE FUNCTION ok(t text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
      CREATE DOMAIN d1 AS text CHECK (ok(VALUE)); CREATE DOMAIN d2 AS d1;
      CREATE TABLE t (id int, v d2, a d1[]); INSERT INTO t VALUES (1, 'x', ARRAY['x']::d1[]);
      CREATE OR REPLACE FUNCTION ok(t text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT t <> ''x''';
      """)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM t")
    let result = try scene.checkpoint("rollback", "--yes", "latest")
    #expect((result.printed + result.errorText).contains("domain public.d1 is NOT VALID"), "\(result)")
    #expect(try database.psql("SELECT v, a FROM t") == "x|{x}")
  }

  @Test(
    "a child that may hold NULL though its parent may not comes back by itself",
    .enabled(if: PostgresServer.majorVersion < 18, "since 18 it may not"))
  func child() throws {
    let (scene, database) = try Scene.filled(
      """
      CREATE TABLE p (a int NOT NULL, b int); CREATE TABLE c () INHERITS (p); ALTER TABLE c ALTER a DROP NOT NULL;
      INSERT INTO c VALUES (NULL, 1)
      """)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM ONLY c")
    try scene.checkpoint("restore", "database", "latest", "--yes", "--table", "c")
    #expect(try database.psql("SELECT count(*) FROM ONLY c") == "1")
  }

  @Test("materialized views of a schema are filled in a database of its own")
  func viewsElsewhere() throws {
    let (scene, database) = try Scene.filled(
      """
      CREATE SCHEMA s; CREATE TABLE s.t (id int); INSERT INTO s.t VALUES (1), (2);
      CREATE MATERIALIZED VIEW s.v AS SELECT * FROM s.t
      """)
    try scene.checkpoint("full")
    let copy = "\(database.name)_copy"
    try scene.checkpoint("restore", "database", "latest", "--yes", "--schema", "s", "--target-db", copy)
    #expect(try database.server.psql("SELECT count(*) FROM s.v", in: copy) == "2")
    try database.dropRelative(copy)
  }
}
