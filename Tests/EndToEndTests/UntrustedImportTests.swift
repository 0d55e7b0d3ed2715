// Files that others wrote are imported as a role without rights: what they say is done in the scratch database or not
// at all, and what is left of it is a checkpoint or nothing.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Imports of what others wrote", .needsPostgreSQL)
struct UntrustedImportTests {
  private struct Place {
    let scene: Scene
    let live: TestDatabase
    let server: PostgresServer

    init(_ rights: PostgresServer.Rights = .superuser) throws {
      server = try PostgresServer.separate()
      scene = try Scene.small(rights, server: server)
      live = try #require(scene.database)
    }

    var file: BytePath { scene.directory.path.appending("file") }

    func write(_ text: String) throws { try SystemFileOperations().replaceFile(file, with: Array(text.utf8)) }

    func dump(_ database: TestDatabase, _ options: any BytePathConvertible...) throws {
      try Program.run(
        [server.programs.appending("pg_dump"), "-h", server.directory, "-U", "postgres", "-f", file] + options
          + [BytePath(database.name)]
      ).succeeded()
    }

    func imported(_ options: any BytePathConvertible...) throws -> ProgramResult {
      try scene.program.run(["import", file] + options)
    }

    /// What is on the server: roles, databases, memberships, prepared transactions.
    func picture() throws -> String {
      try server.psql(
        """
        SELECT rolname, rolsuper, rolcreaterole FROM pg_roles ORDER BY 1; SELECT datname, datacl FROM pg_database ORDER BY 1;
        SELECT * FROM pg_auth_members WHERE grantor > 16383 ORDER BY 1, 2; SELECT gid FROM pg_prepared_xacts
        """)
    }

    func expectFailure(
      _ text: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try picture()
      try write(text)
      let result = try imported()
      #expect(result.code == 1, "\(result)", sourceLocation: sourceLocation)
      for word in words {
        #expect(result.errorText.contains(word), "“\(word)” in \(result)", sourceLocation: sourceLocation)
      }
      #expect(try picture() == before, sourceLocation: sourceLocation)
      #expect(try scene.names(in: "manifests") == [], sourceLocation: sourceLocation)
    }
  }

  @Test(
    "an ordinary dump comes in whole, with its owners, privileges and extensions",
    arguments: LongHunt.cases(["-Fp", "-Fc", "-Ft"]))
  func ordinary(format: BytePath) throws {
    let place = try Place()
    let other = try place.server.makeDatabase(.superuser)
    try place.server.psql("CREATE ROLE clerk; CREATE ROLE reader")
    try other.psql(
      """
      CREATE EXTENSION hstore; CREATE EXTENSION pgrowlocks;
      CREATE SCHEMA store; CREATE TABLE store.items (id serial PRIMARY KEY, h hstore, note text);
      INSERT INTO store.items (note) SELECT 'n' || n FROM generate_series(1, 50) n;
      ALTER SCHEMA store OWNER TO clerk; ALTER TABLE store.items OWNER TO clerk;
      CREATE TABLE t (id int PRIMARY KEY, item int REFERENCES store.items, big oid); GRANT SELECT (id) ON t TO reader;
      CREATE VIEW v AS SELECT * FROM t; GRANT SELECT ON v TO reader WITH GRANT OPTION;
      SET SESSION AUTHORIZATION reader; GRANT SELECT ON v TO clerk; RESET SESSION AUTHORIZATION;
      CREATE FUNCTION f(a int, VARIADIC b numeric(4,2)[]) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
      ALTER FUNCTION f(int, VARIADIC numeric[]) OWNER TO clerk; REVOKE ALL ON FUNCTION f FROM PUBLIC;
      CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); ALTER OPERATOR === (int, int) OWNER TO clerk;
      CREATE TYPE mood AS ENUM ('a', 'b'); ALTER TYPE mood OWNER TO clerk; CREATE DOMAIN d AS int CHECK (VALUE > 0);
      INSERT INTO t VALUES (1, 1, lo_from_bytea(0, 'large'));
      ALTER DEFAULT PRIVILEGES FOR ROLE clerk GRANT SELECT ON TABLES TO reader;
      COMMENT ON EXTENSION pgrowlocks IS 'ours'; COMMENT ON SCHEMA public IS 'the usual one';
      GRANT USAGE ON SCHEMA store TO reader;
      """)
    try place.dump(other, format)
    let id = try place.imported().succeeded().line
    #expect(try place.server.psql("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'checkpoint%'") == "0")
    let copy = TestDatabase(server: place.server, name: "copy", role: place.live.role)
    try place.scene.checkpoint("restore", "database", id, "--target-db", "copy", "--trusted-source")
    let question = """
      SELECT c.relname, pg_get_userbyid(relowner), relacl FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'store') AND relkind <> 'c' ORDER BY 1;
      SELECT proname, pg_get_userbyid(proowner), proacl FROM pg_proc WHERE oid > 16383 AND proname = 'f';
      SELECT nspname, pg_get_userbyid(nspowner), nspacl FROM pg_namespace WHERE nspname IN ('public', 'store') ORDER BY 1;
      SELECT extname, extversion, extnamespace::regnamespace, obj_description(oid, 'pg_extension') FROM pg_extension ORDER BY 1;
      SELECT typname, pg_get_userbyid(typowner) FROM pg_type WHERE typname IN ('mood', 'd') ORDER BY 1;
      SELECT count(*), max(note) FROM store.items; SELECT id, convert_from(lo_get(big), 'UTF8') FROM t;
      SELECT pg_get_userbyid(oprowner) FROM pg_operator WHERE oprname = '==='; SELECT defaclacl FROM pg_default_acl;
      SELECT obj_description('public'::regnamespace)
      """
    let (made, wanted) = try (copy.psql(question), other.psql(question))
    #expect(made == wanted, "\(made)\ninstead of\n\(wanted)")
  }

  @Test("what reaches out of the database fails, and leaves nothing behind")
  func dangerous() throws {
    let place = try Place()
    try place.server.psql("ALTER SYSTEM SET max_prepared_transactions = 5")
    try place.server.restart()
    try place.server.psql("CREATE ROLE mallory LOGIN")
    let marker = place.scene.directory.path.appending("marker")
    let trust = "--trusted-source"
    try place.expectFailure(
      "DO $$ BEGIN EXECUTE 'COPY t FROM PROGRAM ''touch \(marker)'' '; END $$;", trust)
    try place.expectFailure(
      "CREATE TABLE t (); GRANT pg_execute_server_program TO mallory;", "more than its database")
    try place.expectFailure("DO $$ BEGIN EXECUTE 'GRANT pg_monitor TO mallory'; END $$;", "line 1")
    try place.expectFailure("UPDATE pg_authid SET rolsuper = true;", "permission denied", trust)
    try place.expectFailure("DO $$ BEGIN EXECUTE 'ALTER SYSTEM SET work_mem = 1'; END $$;")
    try place.expectFailure("SET ROLE postgres;", "permission denied", trust)
    try place.expectFailure(
      "SET SESSION AUTHORIZATION postgres; CREATE TABLE t ();", "acts as the role “postgres”")
    try place.expectFailure(
      "CREATE EXTENSION dblink; SELECT dblink_exec('dbname=postgres user=postgres', 'CREATE ROLE intruder');",
      "the extension dblink", trust)
    try place.expectFailure(
      "CREATE TABLE t (a int); BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'left';",
      "does not end it")
    // Forms that look like those that our own session runs, with more in them.
    try place.expectFailure(
      "CREATE TABLE t (a text); ALTER TABLE t ALTER a TYPE text USING pg_read_file('/etc/passwd'), OWNER TO postgres;",
      trust)
    try place.expectFailure(
      "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE EXTENSION pgrowlocks;",
      "misled")
    #expect(!FileTree.exists(marker))
  }

  /// Runs a program if a superuser calls it.
  private static func trap(_ marker: BytePath) -> String {
    """
    CREATE FUNCTION public.g() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE $q$COPY (SELECT 1) TO PROGRAM 'cat > \(marker)'$q$; END IF; RETURN 1; END $$;
    CREATE FUNCTION public.f(text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN public.g(); END';
    CREATE FUNCTION public.c() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN public.g() = 1; END';

    """
  }

  @Test(
    "no function of a file runs with the user's rights, be it by an extension's table, or when its database is read",
    arguments: [
      "CREATE EXTENSION citext; CREATE TABLE t (a int CHECK (public.c())); ALTER EXTENSION citext ADD TABLE t; COPY t FROM stdin;\n1\n\\.\n",
      "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; CREATE INDEX ON mv ((a + f('x')));",
      "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + f('y')) STORED); INSERT INTO t VALUES (1);",
      "CREATE TABLE t (a int); CREATE INDEX ON t (a) WHERE f('x') = 1; INSERT INTO t VALUES (1);",
      "CREATE TABLE t (a int, b int); CREATE STATISTICS s ON (a + f('x')), b FROM t; INSERT INTO t VALUES (1, 1); ANALYZE t;",
      "CREATE TABLE t (a int) PARTITION BY RANGE ((a + f('x'))); CREATE TABLE t1 PARTITION OF t DEFAULT; INSERT INTO t VALUES (1);",
      "CREATE TYPE e AS ENUM ('a'); CREATE FUNCTION h(e) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN g(); END'; CREATE CAST (e AS text) WITH FUNCTION h(e); CREATE TABLE t (e e); INSERT INTO t VALUES ('a');",
    ])
  func quiet(text: String) throws {
    let place = try Place()
    let marker = BytePath("/tmp/checkpoint-marker-\(UInt32.random(in: 0 ... .max))")
    defer { try? FileTree.remove(marker) }
    try place.write(Self.trap(marker) + text)
    let result = try place.imported()
    #expect(!FileTree.exists(marker), "\(result)")
    if result.code != 0 { #expect(result.errorText.contains("as soon as its database is read"), "\(result)") }
    try place.imported("--trusted-source", "--name", "trusted").succeeded()
  }

  /// Names that our own sessions use, in a schema that the file's search_path puts first.
  private static func shadows(_ marker: BytePath) -> String {
    func trap(_ head: String, _ result: String) -> String {
      """
      CREATE FUNCTION \(head) LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user) THEN
          EXECUTE $q$COPY (SELECT 1) TO PROGRAM 'cat > \(marker)'$q$; END IF; RETURN \(result); END $$;

      """
    }
    return """
      CREATE SCHEMA evil;
      \(trap("evil.set_config(text, text, boolean) RETURNS text", "pg_catalog.set_config($1, $2, $3)"))
      \(trap("evil.current_setting(text) RETURNS text", "pg_catalog.current_setting($1)"))
      \(trap("evil.to_regclass(text) RETURNS regclass", "pg_catalog.to_regclass($1)"))
      \(trap("evil.eq(oid, oid) RETURNS boolean", "$1::text OPERATOR(pg_catalog.=) $2::text"))
      \(trap("evil.eq(name, text) RETURNS boolean", "$1::text OPERATOR(pg_catalog.=) $2"))
      CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.eq);
      CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.eq);
      CREATE TABLE public.t (id oid); CREATE TABLE evil.t (id oid);
      SET search_path = evil, pg_catalog, public;

      """
  }

  @Test(
    "a search_path that leads past the server's own functions leads our own session nowhere",
    arguments: [
      "GRANT SELECT ON TABLE public.t TO public; SET search_path = public; GRANT SELECT ON TABLE public.t TO public;",
      "ALTER TABLE public.t OWNER TO postgres; ALTER TABLE evil.t OWNER TO postgres;",
      "ALTER TABLE public.nosuch OWNER TO postgres;",
      "COPY t FROM stdin;\n1\n\\.\nSELECT pg_catalog.setval('t', 7, true);",
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = evil, pg_catalog', current_database()); END $$;",
    ])
  func shadowed(text: String) throws {
    let place = try Place()
    let marker = BytePath("/tmp/checkpoint-marker-\(UInt32.random(in: 0 ... .max))")
    defer { try? FileTree.remove(marker) }
    try place.write(Self.shadows(marker) + text)
    let result = try place.imported()
    #expect(!FileTree.exists(marker), "\(result)")
    #expect(text.contains("nosuch") || text.contains("setval") || result.code == 0, "\(result)")
  }

  @Test("a function that takes no cancellation does not keep an import, nor its role and database")
  func stubborn() throws {
    let place = try Place()
    let before = try place.picture()
    try place.write(
      """
      DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(100); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;
      """)
    let running = try place.scene.program.start(["import", place.file])
    try place.server.waitUntil(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    running.send(SIGTERM)
    running.send(SIGTERM)
    let result = running.wait()
    #expect(result.code == 130, "\(result)")
    #expect(try place.picture() == before)
    // One that was killed leaves them to the next.
    let killed = try place.scene.program.start(["import", place.file])
    try place.server.waitUntil(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    killed.send(SIGKILL)
    _ = killed.wait()
    try place.write("CREATE TABLE t (id int);")
    try place.server.waitUntil(
      "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'checkpoint%' AND wait_event IS DISTINCT FROM 'PgSleep'"
    )
    try place.imported().succeeded()
    #expect(try place.picture() == before)
  }

  @Test("settings that a file gives to the scratch database are not part of what is recorded")
  func properties() throws {
    let place = try Place()
    try place.write(
      """
      CREATE TABLE t (id int);
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 77', current_database()); END $$;
      """)
    let id = try place.imported().succeeded().line
    let result = try place.scene.checkpoint("rollback", "--yes", id)
    #expect(result.errorText.contains("its functions will run with your rights"), "\(result)")
    #expect(try place.live.psql("SELECT count(*) FROM pg_db_role_setting") == "0")
  }

  @Test("a user who may not make roles is asked, or says that the source is trusted")
  func withoutRoles() throws {
    let place = try Place(.createDatabases)
    try place.expectFailure(
      "CREATE TABLE t (id int);", "restored without rights", "owns the databases", "--trusted-source")
    try place.imported("--trusted-source").succeeded()
  }

  @Test("what a trusted file does outside of its database is reported")
  func trusted() throws {
    let place = try Place()
    try place.server.psql("CREATE ROLE mallory")
    try place.write(
      "CREATE TABLE t (id int); UPDATE pg_authid SET rolsuper = true WHERE rolname = 'mallory';")
    let result = try place.imported("--trusted-source")
    #expect(result.code == 1 && result.errorText.contains("the role mallory has changed"), "\(result)")
    try place.write(
      """
      CREATE TABLE t (id int); COMMENT ON ROLE mallory IS 'mine'; SELECT pg_create_physical_replication_slot('mine');
      DO $$ BEGIN ALTER ROLE postgres PASSWORD 'x'; CREATE ROLE checkpoint_import_20200101_000000_ab SUPERUSER; END $$;
      """)
    let more = try place.imported("--trusted-source")
    for word in [
      "the password of postgres", "the comment on pg_authid", "slot mine", "checkpoint_import_2020",
    ] {
      #expect(more.code == 1 && more.errorText.contains(word), "\(more)")
    }
    #expect(try place.scene.names(in: "manifests") == [])
  }

  @Test("the role of an import that was killed goes with the next one")
  func killed() throws {
    let place = try Place()
    let stray = "checkpoint_import_20200101_000000_ab"
    try place.server.psql("CREATE ROLE \(stray) LOGIN")
    try place.write("CREATE TABLE t (id int);")
    try place.imported().succeeded()
    #expect(try place.server.psql("SELECT count(*) FROM pg_roles WHERE rolname = '\(stray)'") == "0")
  }

  @Test("nothing that a file brings runs with the user's rights before a rollback, and the plan says it will")
  func notProven() throws {
    let place = try Place()
    let marker = BytePath("/tmp/checkpoint-marker-\(UInt32.random(in: 0 ... .max))")
    defer { try? FileTree.remove(marker) }
    try place.write(Self.trap(marker) + "CREATE TABLE t (id int); ALTER TABLE t ADD CHECK (c()) NOT VALID;")
    let id = try place.imported().succeeded().line
    try place.scene.checkpoint("mark", id, "stable")
    try place.scene.checkpoint("worker")
    #expect(try place.live.relatives().allSatisfy { !$0.contains("_warm_") })
    let plan = try place.scene.checkpoint("rollback", "--dry-run", id).printed
    #expect(plan.contains("run with your rights once"), "\(plan)")
    for words: [BytePath] in [
      ["verify", "--restore", BytePath(id)], ["rehearse", BytePath(id)], ["warm", BytePath(id)],
      ["restore", "database", BytePath(id), "--target-db", "copy"],
    ] {
      let refused = try place.scene.program.run(words)
      #expect(refused.code == 1 && refused.errorText.contains("--trusted-source"), "\(refused)")
      #expect(!FileTree.exists(marker), "\(words)")
      try place.scene.program.run(words + ["--trusted-source"]).succeeded()
      try? FileTree.remove(marker)
    }
    let all = try place.scene.checkpoint("verify", "--restore", "--all").text
    #expect(all.contains("not restored, without --trusted-source"), "\(all)")
    try place.scene.checkpoint("warm", "drop", id)
    try place.scene.checkpoint("restore", "database", id, "--dry-run")
    try place.scene.checkpoint("delete", "--yes", id)
    let trusted = try place.imported("--trusted-source").succeeded().line
    try place.scene.checkpoint("mark", BytePath(trusted), "stable")
    try place.scene.checkpoint("worker")
    #expect(try place.live.relatives().contains { $0.contains("_warm_") })
  }
}
