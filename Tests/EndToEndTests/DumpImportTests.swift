// What `checkpoint import` takes: its own exports and pg_dump's output, in every format. What comes of it is a
// checkpoint like any other.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Imports", .needsPostgreSQL)
struct DumpImportTests {
  /// A project whose database holds something else than the dump.
  private struct Place {
    let scene: Scene
    let live: TestDatabase
    /// What the dump is taken of.
    let other: TestDatabase

    init(_ rights: PostgresServer.Rights = .superuser, fill: (TestDatabase) throws -> Void) throws {
      // What others do on a server meanwhile is taken for the file's doing.
      scene = try Scene.small(rights, server: .separate())
      live = try #require(scene.database)
      other = try live.server.makeDatabase(.superuser)
      try fill(other)
    }

    func path(_ name: BytePath) -> BytePath { scene.directory.path.appending(name) }

    @discardableResult
    func dump(_ name: BytePath, _ options: any BytePathConvertible...) throws -> BytePath {
      try dump(name, options: options)
    }

    func dump(_ name: BytePath, options: [any BytePathConvertible]) throws -> BytePath {
      try Program.run(
        [
          live.server.programs.appending("pg_dump"), "-h", live.server.directory, "-U", "postgres", "-f",
          path(name),
        ] + options + [BytePath(other.name)]
      ).succeeded()
      return path(name)
    }

    func script(_ text: String) throws -> BytePath {
      try SystemFileOperations().replaceFile(path("script"), with: Array(text.utf8))
      return path("script")
    }

    func shell(_ command: String) throws {
      try Program.run(["sh", "-c", BytePath(command)], directory: scene.directory.path).succeeded()
    }

    /// Databases that an import must have dropped.
    private func scratches() throws -> [String] { try live.relatives().filter { $0.contains("_restoring_") } }

    /// Imports, rolls back to it, and compares.
    /// - Returns: the checkpoint.
    @discardableResult
    func expectSame(
      _ file: BytePath, _ options: any BytePathConvertible...,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
      let before = try scene.picture()
      let id = try scene.program.run(["import", file] + options).succeeded().line
      try scene.expect(before, sourceLocation: sourceLocation)
      #expect(try scratches() == [], sourceLocation: sourceLocation)
      try scene.checkpoint("verify", id)
      try scene.checkpoint("rollback", "--yes", id)
      let differences = try Picture.database(live, isWhole: false).without(["definitions"]).differences(
        since: .database(other, isWhole: false).without(["definitions"]))
      try scene.expectNone(differences, sourceLocation: sourceLocation)
      try scene.checkpoint("undo", "--yes")
      try scene.expect(before, sourceLocation: sourceLocation)
      try scene.expectNone(scene.leftovers(), sourceLocation: sourceLocation)
      return id
    }

    /// Imports, and compares with a checkpoint that came back as it should.
    func expectSame(
      _ file: BytePath, as known: String, _ options: any BytePathConvertible...,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try scene.picture()
      let id = try scene.program.run(["import", file] + options).succeeded().line
      try scene.expect(before, sourceLocation: sourceLocation)
      #expect(try scratches() == [], sourceLocation: sourceLocation)
      try scene.checkpoint("verify", id)
      let difference = try scene.run("diff", known, id, "--schema", "--data", "--json").succeeded().json()
      let database = try #require(difference["databases"]?[0], sourceLocation: sourceLocation)
      for part in [
        database["schema"]?["objects"], database["tables"], database["sequences"], database["otherData"],
      ] {
        #expect(part == .array([]), "\(file): \(difference)", sourceLocation: sourceLocation)
      }
      try scene.expectNone(scene.leftovers(), sourceLocation: sourceLocation)
    }

    /// The error, and that nothing was published or left behind.
    func expectFailure(
      _ file: BytePath, _ texts: String..., code: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let result = try scene.program.run(["import", file])
      #expect(result.code == code, "\(result)", sourceLocation: sourceLocation)
      for text in texts + ["error: "] {
        #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
      }
      #expect(try scratches() == [], sourceLocation: sourceLocation)
      #expect(try scene.names(in: "manifests") == [], sourceLocation: sourceLocation)
      try scene.expectNone(scene.leftovers() + scene.refs(), sourceLocation: sourceLocation)
    }
  }

  private static func fill(_ database: TestDatabase) throws {
    try database.fill()
    try database.psql(SampleDatabase.superuserScript)
  }

  @Test("pg_dump's output comes in, in every format, whatever the file is called")
  func everyFormat() throws {
    let place = try Place(fill: Self.fill)
    let trust: BytePath = "--trusted-source"
    let script = try place.expectSame(place.dump("a", "-Fp"), trust)
    try place.expectSame(place.dump("b", "-Fc"), trust)
    try place.shell("gzip -c a > g; zstd -qc a > h; gzip -c b > i; cat g g > twice")
    let others: [(BytePath, [BytePath])] = [
      ("c", ["-Ft"]), ("d", ["-Fd"]), ("e", ["-Fp", "--create"]), ("f", ["-Fp", "--column-inserts"]),
    ]
    for (name, options) in LongHunt.cases(others) {
      try place.expectSame(place.dump(name, options: options), as: script, trust)
    }
    for name in LongHunt.cases(["g", "h", "i"] as [BytePath]) {
      try place.expectSame(place.path(name), as: script, trust)
    }
  }

  @Test("what export wrote comes in again")
  func ownExports() throws {
    let place = try Place(fill: Self.fill)
    let id = try place.scene.take("custom", "theirs", "--database", BytePath(place.other.url))
    var known: String?
    for format in LongHunt.cases(["sql.gz", "dump", "dir", "tar.gz"] as [BytePath]) {
      let file = place.path("out.\(format)")
      try place.scene.checkpoint("export", id, "--format", format, "-o", file)
      if let known {
        try place.expectSame(file, as: known, "--trusted-source")
      } else {
        known = try place.expectSame(file, "--trusted-source")
      }
    }
  }

  @Test("every kind of object comes in", .longHunt, arguments: ["-Fp", "-Fc"])
  func allObjects(format: BytePath) throws {
    let place = try Place { try $0.fillWithAllObjects(ofSuperuser: true) }
    let id = try #require(
      try place.scene.program.run(["import", place.dump("all", format), "--trusted-source"]).succeeded().lines
        .last)
    let copies = ["\(place.live.name)_copy", "\(place.live.name)_direct"].map {
      TestDatabase(server: place.live.server, name: $0, role: place.live.role)
    }
    try place.scene.checkpoint("restore", "database", BytePath(id), "--target-db", copies[0].name)
    // What belongs to whom differs with who restores, so the measure is a dump that psql or pg_restore took likewise.
    try place.live.server.psql("CREATE DATABASE \(copies[1].name) OWNER \(place.live.role)")
    let own = try place.dump("own", "-Fc")
    try Program.run([
      place.live.server.programs.appending("pg_restore"), "--exit-on-error", "-h",
      place.live.server.directory, "-U",
      BytePath(place.live.role), "-d", BytePath(copies[1].name), own,
    ]).succeeded()
    let pictures = try copies.map { try Picture.database($0, isWhole: false, hasFacts: true) }
    try place.scene.expectNone(pictures[0].differences(since: pictures[1]))
  }

  @Test("the checkpoint has the name and the message that were asked for, and no files")
  func names() throws {
    let place = try Place { try $0.psql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)") }
    let file = try place.dump("a.sql")
    let result = try place.scene.run("import", file, "--name", "from-production", "-m", "of today", "--json")
      .json()
    #expect(result["kind"]?.string == "custom" && result["name"]?.string == "from-production")
    #expect(result["message"]?.string == "of today" && result["git"]?["stateTree"] == nil)
    let shown = try place.scene.run("import", file)
    #expect(try shown.line.hasPrefix("imported_") && shown.code == 0)
    try place.scene.repository.write("a.txt", "changed\n")
    let picture = try Picture.workTree(place.scene.program)
    try place.scene.checkpoint("rollback", "--yes", "from-production")
    let differences = try Picture.workTree(place.scene.program).differences(since: picture)
    try place.scene.expectNone(differences.filter { $0.hasPrefix("files") })
    #expect(try place.live.psql("SELECT id FROM t") == "1")
  }

  @Test("owners and privileges of roles that are gone: named, and left out if that is asked for")
  func missingRoles() throws {
    let place = try Place { database in
      try database.server.psql("CREATE ROLE gone_soon; CREATE ROLE gone_too")
      try database.psql(
        "CREATE TABLE t (id int); ALTER TABLE t OWNER TO gone_soon; INSERT INTO t VALUES (1); CREATE TABLE u (); GRANT SELECT ON u TO gone_too"
      )
    }
    let files = [try place.dump("a", "-Fp"), try place.dump("b", "-Fc")]
    try place.other.psql(
      "REASSIGN OWNED BY gone_soon TO postgres; REVOKE ALL ON u FROM gone_too", asSuperuser: true)
    try place.live.server.psql("DROP ROLE gone_soon, gone_too")
    for file in files {
      try place.expectFailure(file, "“gone_soon”", "--no-owner")
      let result = try place.scene.run("import", file, "--no-owner")
      #expect(result.code == 1 && result.errorText.contains("“gone_too”"), "\(result)")
    }
    for file in files { try place.expectSame(file, "--no-owner", "--no-privileges") }
  }

  @Test("a script cannot run programs, reach other databases or change the server")
  func dangerous() throws {
    let place = try Place { _ in }
    let marker = place.path("marker")
    let start = "CREATE TABLE t (a text);\nCOPY t FROM stdin;\n\\! not a command\n\\.\n"
    for command in [
      "\\! touch \(marker)", "\\copy t from program 'touch \(marker)'", "\\i /etc/passwd", "\\o \(marker)",
    ] {
      try place.expectFailure(place.script(start + command + "\n"), "line 5", String(command.prefix(4)))
    }
    for statement in [
      "CREATE ROLE intruder", "ALTER ROLE postgres NOLOGIN", "ALTER SYSTEM SET work_mem = '1MB'",
      "DROP USER nobody",
      "COPY t TO '\(marker)'", "COPY t FROM PROGRAM 'touch \(marker)'",
      "create /* x */ tablespace x location '/tmp'",
    ] {
      try place.expectFailure(place.script(start + statement + ";\n"), "line 5", "more than its database")
    }
    #expect(!FileTree.exists(marker))
    // What is about a database as a whole is about another one.
    let properties = try place.live.server.psql(
      "SELECT datacl IS NULL, datconnlimit FROM pg_database WHERE datname = '\(place.live.name)'")
    let file = try place.script(
      """
      CREATE DATABASE \(place.live.name); ALTER DATABASE \(place.live.name) CONNECTION LIMIT 7;
      GRANT ALL ON DATABASE \(place.live.name) TO pg_monitor; COMMENT ON DATABASE \(place.live.name) IS 'x';
      \\connect \(place.live.name)
      CREATE TABLE made (id int);
      """)
    try place.scene.checkpoint("import", file)
    #expect(
      try place.live.server.psql(
        "SELECT datacl IS NULL, datconnlimit FROM pg_database WHERE datname = '\(place.live.name)'")
        == properties)
  }

  @Test(
    "scripts by hand: quotation marks, comments, bodies of functions, a last statement without its semicolon")
  func byHand() throws {
    let place = try Place { database in
      try database.psql(
        "CREATE TABLE t (a text); INSERT INTO t VALUES ('it''s; \\! x'), (E'a\\'; b'), ('$$;'), ('z')")
    }
    let file = try place.script(
      #"""
      -- a comment; \! with a command
      /* one /* inside; of */ another; \! */ CREATE TABLE t (a text) /* ; */ ;;
      INSERT INTO t VALUES ('it''s; \! x'), (E'a\'; b');
      CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN INSERT INTO t VALUES ('$$;'); END $body$;
      CREATE FUNCTION g(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN n > 0 THEN 1 ELSE 2 END; SELECT 3; END;
      SELECT f(); DROP FUNCTION f; DROP FUNCTION g; COPY t (a) FROM
        STDIN;
      z
      \.
      SELECT 1
      """#)
    try place.expectSame(file)
  }

  @Test("garbage, and files that are cut short, are refused, and leave nothing")
  func badFiles() throws {
    let place = try Place {
      try $0.psql("CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 3000) n")
    }
    try place.dump("p", "-Fp")
    try place.dump("c", "-Fc")
    try place.dump("t", "-Ft")
    try place.dump("d", "-Fd")
    try place.shell(
      "gzip -c p > z; gzip -c c > zc; zstd -qc p > s; head -c 5000 /dev/urandom > r; : > empty; mkdir no")
    for name: BytePath in ["p", "c", "t", "z", "zc", "s"] {
      let bytes = try FileTree.readAll(place.path(name))
      for length in [bytes.count / 10, bytes.count * 9 / 10] {
        try SystemFileOperations().replaceFile(place.path("cut"), with: Array(bytes[..<length]))
        try place.expectFailure(place.path("cut"))
      }
    }
    try place.shell("for f in d/*.dat.gz; do head -c 9000 $f >x; mv x $f; done")
    try place.expectFailure(place.path("d"))
    // A script that ends between two statements says so by what is missing at its end.
    let whole = String(decoding: try FileTree.readAll(place.path("p")), as: UTF8.self)
    let end = try #require(whole.firstRange(of: "\n\\.\n"))
    try place.expectFailure(place.script(String(whole[..<end.upperBound])), "not complete")
    try place.expectFailure(place.path("r"), "none of the files")
    try place.expectFailure(place.path("empty"), "none of the files")
    try place.expectFailure(place.path("no"), "none of the files")
    try place.expectFailure(place.path("missing"), "No such file")
    try place.expectFailure(place.script("SELECT 1;\nSELECT 1 / 0;\n"), "line 2", "division by zero")
    try place.expectFailure(
      place.script("CREATE TABLE t (a int);\nCOPY t FROM stdin;\nx\n\\.\n"), "line 2", "integer")
    try FileTree.remove(place.path("d/toc.dat"))
    try place.expectFailure(place.path("d"), "none of the files")
  }

  @Test("what an older pg_dump says of plpgsql does not stop a user who is no superuser")
  func commentOnExtension() throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let script = scene.directory.path.appending("old.sql")
    let text = """
      CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
      COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';
      CREATE TABLE public.u (id integer);
      COPY public.u (id) FROM stdin;
      1
      \\.

      """
    try SystemFileOperations().replaceFile(script, with: Array(text.utf8))
    let result = try scene.checkpoint("import", script, "--name", "old", "--trusted-source")
    #expect(result.errorText.contains("line 2 of the script: left out"), "\(result)")
    try scene.checkpoint("rollback", "--yes", "old")
    #expect(try scene.database?.psql("SELECT * FROM u") == "1")
  }

  @Test("without the right to create databases there is no import")
  func rights() throws {
    let place = try Place(.plain) { try $0.psql("CREATE TABLE t (id int)") }
    try place.expectFailure(place.dump("a"), "may not create databases", "CREATEDB")
    let scene = try Scene()
    try scene.repository.fill()
    let result = try scene.run("import", place.path("a"))
    #expect(result.code == 2 && result.errorText.contains("no database"), "\(result)")
  }
}
