// Databases that cannot be reached, read or stored: a clear error, never the password, and nothing left behind.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Bad databases", .needsPostgreSQL)
struct BadDatabaseTests {
  /// The error, and that nothing was published or left behind.
  private func expectFailure(
    _ scene: Scene, _ arguments: [BytePath], _ texts: String..., secret: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try scene.program.run(arguments, limit: 30)
    try #require(result.code == 1, "\(result)", sourceLocation: sourceLocation)
    #expect(result.errorText.contains("error: "), "\(result)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
    }
    if let secret { #expect(!result.printed.contains(secret), sourceLocation: sourceLocation) }
    try scene.expectNone(scene.leftovers(), sourceLocation: sourceLocation)
    try scene.expectNone(scene.refs(), sourceLocation: sourceLocation)
    #expect(try scene.names(in: "manifests") == [], sourceLocation: sourceLocation)
  }

  /// Files of the store, the settings and the log that contain `text`.
  private func places(of text: String, _ scene: Scene) throws -> [String] {
    try Program.run(
      [
        "grep", "-rlF", "-e", BytePath(text), scene.repository.top.appending(".git"),
        scene.repository.top.appending(".checkpointconfig"),
      ]
    ).lines
  }

  @Test("no server is reachable")
  func unreachable() throws {
    let scene = try Scene.small()
    let secret = "tops3cret"
    try expectFailure(
      scene, ["full", "--database", "postgresql://shop:\(secret)@127.0.0.1:1/shop"], "shop on 127.0.0.1:1",
      "--no-database", secret: secret)
    try expectFailure(
      scene, ["full", "--database", "host=/nowhere user=shop password=\(secret) dbname=shop"], secret: secret)
    try expectFailure(
      scene, ["full", "--database", "mysql://shop:\(secret)@host/shop"], "mysql", secret: secret)
    try expectFailure(scene, ["full", "--database", "postgresql://shop:\(secret)@[bad/shop"], secret: secret)
    let status = try scene.run("status", "--database", "postgresql://shop:\(secret)@127.0.0.1:1/shop")
    #expect(status.code == 0 && !status.printed.contains(secret), "\(status)")
    #expect(try places(of: secret, scene) == [])
  }

  @Test("a database that does not exist")
  func missingDatabase() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let url = "postgresql://\(database.role)@/no_such_database?host=\(database.server.directory)"
    try expectFailure(scene, ["full", "--database", BytePath(url)], "no_such_database", "does not exist")
  }

  @Test("a wrong password is refused and never shown; the right one is never stored")
  func passwords() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let (right, wrong) = ("right horse'\\%", "wr0ng-battery")
    let encoded = "right%20horse'%5C%25"
    try database.server.psql(
      "ALTER ROLE \(database.role) PASSWORD '\(right.replacing("'", with: "''"))'; GRANT with_password TO \(database.role)"
    )
    func url(_ password: String) -> String {
      "postgresql://\(database.role):\(password)@/\(database.name)?host=\(database.server.directory)"
    }
    func write(_ password: String) throws {
      try scene.repository.write(".env", "DATABASE_URL=\(url(password))\n", mode: 0o600)
    }
    try write(wrong)
    try expectFailure(scene, ["full"], "password authentication failed", secret: wrong)
    try expectFailure(scene, ["full", "--database", BytePath(url(wrong))], "password", secret: wrong)
    try expectFailure(scene, ["full", "--database", BytePath(url(""))], "password")

    let initialized = try scene.run("init", "--database", BytePath(url(encoded)))
    #expect(initialized.code == 0, "\(initialized)")
    try scene.repository.git("config", "checkpoint.exclude", ".env*")
    scene.program.environment["PGPASSWORD"] = right
    let before = try scene.picture()
    var shown = initialized.printed
    for arguments: [BytePath] in [
      ["full"], ["status", "--json"], ["show", "--json"], ["rollback", "--yes", "latest"],
    ] {
      shown += try scene.program.run(arguments).succeeded().printed
    }
    for text in [right, encoded, wrong] {
      #expect(!shown.contains(text))
      #expect(try places(of: text, scene) == [])
    }
    // The client programs get it in their environment, not among their arguments.
    try scene.expect(before)
  }

  @Test("pg_dump is missing, or older than the server")
  func clientPrograms() throws {
    let scene = try Scene.small(.createDatabases)
    let version = "version \(PostgresServer.majorVersion)"
    try expectFailure(
      scene, ["full", "--client-prefix", "/no/such/prefix"], "pg_dump", version, "/no/such/prefix")
    let old = scene.directory.path.appending("old")
    try SystemFileOperations().replaceFile(
      old, with: Array("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n".utf8), mode: 0o755)
    try expectFailure(scene, ["full", "--client-prefix", old], "pg_dump", version, "\(old)")
  }

  @Test("pg_dump fails half way")
  func failingDump() throws {
    let scene = try Scene.small(.createDatabases)
    let fake = scene.directory.path.appending("fake")
    let script = """
      #!/bin/sh
      case "$*" in *--version*) echo 'pg_dump (PostgreSQL) \(PostgresServer.majorVersion).0'; exit;; esac
      printf 'PGDMP half an archive'
      echo 'pg_dump: error: the disk is on fire' >&2
      exit 1

      """
    try SystemFileOperations().replaceFile(fake, with: Array(script.utf8), mode: 0o755)
    try expectFailure(scene, ["full", "--client-prefix", fake], "the disk is on fire")
    #expect(try scene.names(in: "chunks") == [])
  }

  @Test("a table that another session holds: the wait ends, and the session is named")
  func lockedTable() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.git("config", "checkpoint.lockTimeout", "1")
    let session = try database.server.session(
      "LOCK TABLE people IN ACCESS EXCLUSIVE MODE", as: database.role, in: database.name)
    try expectFailure(scene, ["full"], "locked", "people", "a long report", database.role, "lockTimeout")
    withExtendedLifetime(session) {}
    session.send(SIGKILL)
  }

  @Test("rows that the role may not see fail loudly", arguments: ["permission", "policy"])
  func hiddenRows(_ kind: String) throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    if kind == "permission" {
      try database.psql(
        "CREATE TABLE theirs (id int); ALTER TABLE theirs OWNER TO postgres", asSuperuser: true)
    } else {
      try database.psql(
        "ALTER TABLE people ENABLE ROW LEVEL SECURITY; ALTER TABLE people OWNER TO postgres; "
          + "GRANT SELECT ON people TO \(database.role); CREATE POLICY few ON people USING (id < 3)",
        asSuperuser: true)
    }
    try expectFailure(
      scene, ["full"], kind == "permission" ? "may not read public.theirs" : "row-level security")
  }

  @Test(
    "a restore that fails at its last step leaves everything as it was",
    arguments: [PostgresServer.Rights.createDatabases, .plain])
  func failingRestore(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    // The index can be made now, and not any more when the setting says so.
    try database.psql(
      """
      CREATE FUNCTION picky(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
        BEGIN
          IF current_setting('my.refusal', true) = 'on' THEN RAISE EXCEPTION 'this index is refused'; END IF;
          RETURN $1;
        END $$;
      CREATE INDEX ON people (picky(id));
      SELECT lo_from_bytea(77001, '\\x00ff');
      """)
    try scene.checkpoint("full")
    try scene.repository.write("a.txt", "broken\n")
    try database.psql("DROP TABLE people; CREATE TABLE later (id int); SELECT lo_unlink(77001)")
    try database.server.psql("ALTER ROLE \(database.role) SET my.refusal = 'on'")
    let before = try scene.picture()
    let result = try scene.run("rollback", "--yes", "latest")
    #expect(result.code == 1 && result.errorText.contains("this index is refused"), "\(result)")
    try scene.expect(before)
    #expect(try database.relatives() == [])
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
    // Without the obstacle it works.
    try database.server.psql("ALTER ROLE \(database.role) RESET my.refusal")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("the disk fills up while dumping: nothing is published, nothing is left, and later it works")
  func diskFull() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let disk = scene.directory.path.appending("disk")
    try FileTree.makeDirectories(disk, mode: 0o700)
    let mounted = try Program.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk])
    if mounted.code != 0 {
      try Test.cancel("a small disk cannot be mounted here: \(mounted.errorText)")
    }
    defer { _ = try? Program.run(["umount", "-l", disk]) }
    try database.psql(
      """
      CREATE TABLE noise AS SELECT (SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(n, n + 61)) AS b
        FROM generate_series(1, 8000) n
      """)
    let store = disk.appending("store")
    try scene.repository.git("config", "checkpoint.store", store)
    let before = try scene.picture()
    for _ in 1...3 {
      let result = try scene.run("full")
      #expect(result.code == 1 && result.errorText.contains("No space left"), "\(result)")
      for part in ["manifests", "tmp", "chunks", "notes", "journal"] {
        let path = store.appending(part)
        if FileTree.exists(path) { #expect(try FileTree.list(path) == [], "\(part)") }
      }
      try scene.expectNone(scene.refs())
      try scene.expect(before)
    }
    try Program.run(["mount", "-o", "remount,size=64m", disk]).succeeded()
    try scene.checkpoint("full")
    try scene.checkpoint("verify", "--all")
  }
}
