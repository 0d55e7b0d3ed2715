// What `checkpoint export` writes, taken by stock tools: gunzip, psql, pg_restore. What they make of it is compared
// with the database itself, through pg_dump.

import FileSystem
import Glibc
import TestSupport
import Testing

/// A scene with a recorded database, and the tools that take its exports.
struct ExportScene {
  let scene: Scene
  let database: TestDatabase
  let id: String

  init(_ rights: PostgresServer.Rights = .superuser, fill: (TestDatabase) throws -> Void) throws {
    scene = try Scene(rights)
    database = try #require(scene.database)
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    try scene.repository.write(".gitignore", ".env*\n")
    try scene.repository.commit("First")
    try fill(database)
    id = try scene.take("custom", "exported")
    // Whatever an export does, it does without the server.
    try scene.repository.write(".env", "DATABASE_URL=postgresql://nobody@/none?host=/nowhere\n", mode: 0o600)
  }

  func path(_ name: BytePath) -> BytePath { scene.repository.top.appending(name) }

  @discardableResult
  func export(_ format: BytePath, _ name: BytePath, _ options: any BytePathConvertible...) throws -> BytePath
  {
    try scene.program.run(["export", "exported", "--format", format, "-o", name] + options).succeeded()
    return path(name)
  }

  func gunzipped(_ file: BytePath) throws -> [UInt8] {
    try Program.run(["gunzip", "-c", file], limit: 120).succeeded().output
  }

  func empty() throws -> TestDatabase { try database.server.makeDatabase(.superuser) }

  /// `gunzip -c FILE | psql -X -v ON_ERROR_STOP=1 -d NEW`
  func restoreScript(_ file: BytePath, into copy: TestDatabase? = nil) throws -> TestDatabase {
    let copy = try copy ?? empty()
    try Program.run(
      [
        copy.server.programs.appending("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h",
        copy.server.directory,
        "-U", "postgres", "-d", BytePath(copy.name),
      ], input: gunzipped(file)
    ).succeeded()
    return copy
  }

  func pgRestore(_ file: BytePath, _ options: any BytePathConvertible..., into copy: TestDatabase? = nil)
    throws
    -> TestDatabase
  {
    let copy = try copy ?? empty()
    try Program.run(
      [
        copy.server.programs.appending("pg_restore"), "--exit-on-error", "-h", copy.server.directory,
        "-U", "postgres", "-d", BytePath(copy.name),
      ] + options + [file]
    ).succeeded()
    return copy
  }

  func expectEqual(_ copy: TestDatabase, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let differences = try Picture.database(copy, isWhole: false).differences(
      since: .database(database, isWhole: false))
    try scene.expectNone(differences, sourceLocation: sourceLocation)
  }

  /// Lines of pg_dump's script without comments and commands of psql.
  func dump(_ database: TestDatabase, _ options: any BytePathConvertible...) throws -> [String] {
    try Program.run(
      [database.server.programs.appending("pg_dump"), "-h", database.server.directory, "-U", "postgres"]
        + options
        + [BytePath(database.name)]
    ).succeeded().lines.filter { !$0.hasPrefix("--") && !$0.hasPrefix("\\") }
  }

  /// Files that an export left next to the repository's own.
  func leftovers() throws -> [String] {
    try FileTree.list(scene.repository.top).map(\.description).filter {
      ![".git", ".env", ".gitignore"].contains($0)
    }
  }
}

@Suite("Exports", .needsPostgreSQL)
struct ExportTests {
  private static func fillEverything(_ database: TestDatabase) throws {
    try database.fill()
    try database.psql(SampleDatabase.superuserScript)
  }

  @Test("gunzip and psql make the whole database of a sql.gz, pg_restore of a dump and of a directory")
  func wholeDatabase() throws {
    let exports = try ExportScene(fill: Self.fillEverything)
    let script = try exports.export("sql.gz", "a.sql.gz")
    try Program.run(["gunzip", "-t", script]).succeeded()
    try exports.expectEqual(exports.restoreScript(script))
    let dump = try exports.export("dump", "a.dump")
    try exports.expectEqual(exports.pgRestore(dump))
    try exports.expectEqual(exports.pgRestore(dump, "-j2"))
    let directory = try exports.export("dir", "a.dir")
    try exports.expectEqual(exports.pgRestore(directory, "-j2"))
    #expect(try FileTree.status(script)?.permissions == 0o600)
    #expect(try FileTree.status(dump)?.permissions == 0o600)
    #expect(try FileTree.status(directory)?.permissions == 0o700)
    #expect(try FileTree.status(directory.appending("toc.dat"))?.permissions == 0o600)
    // Equal contents are equal bytes.
    let again = try exports.export("sql.gz", "b.sql.gz")
    #expect(try FileTree.readAll(script) == FileTree.readAll(again))
    #expect(try FileTree.readAll(dump) == FileTree.readAll(exports.export("dump", "b.dump")))
  }

  @Test("every kind of object that there is comes out again")
  func allObjects() throws {
    let exports = try ExportScene(fill: { try $0.fillWithAllObjects(ofSuperuser: true) })
    func facts(_ database: TestDatabase) throws -> Picture {
      try Picture.database(database, isWhole: false, hasFacts: true)
    }
    // What belongs to whom differs with who restores, so the measure is a dump of pg_dump's own, restored likewise.
    let own = exports.path("own")
    try Program.run([
      exports.database.server.programs.appending("pg_dump"), "-Fc", "-f", own, "-h",
      exports.database.server.directory, "-U", "postgres", exports.database.name,
    ]).succeeded()
    let measure = try facts(exports.pgRestore(own))
    for format in LongHunt.cases(["sql.gz", "dump", "dir"] as [BytePath]) {
      let file = try exports.export(format, "out.\(format)")
      // By one worker: two of pg_restore's can deadlock when one attaches an index to that of a partitioned table.
      let copy = try format == "sql.gz" ? exports.restoreScript(file) : exports.pgRestore(file)
      try exports.scene.expectNone(facts(copy).differences(since: measure), "\(format)")
    }
  }

  @Test("pg_restore lists of a dump what it lists of pg_dump's own, in the same order")
  func sameList() throws {
    let exports = try ExportScene(fill: Self.fillEverything)
    let own = exports.path("own")
    try Program.run([
      exports.database.server.programs.appending("pg_dump"), "-Fc", "-f", own, "-h",
      exports.database.server.directory, "-U", "postgres", BytePath(exports.database.name),
    ]).succeeded()
    func list(_ file: BytePath) throws -> [Substring] {
      // Without the numbers of the entries, which have gaps in the one and not in the other.
      try Program.run([exports.database.server.programs.appending("pg_restore"), "-l", file]).succeeded()
        .lines
        .filter { $0.first?.isNumber == true }.map { $0.drop { $0 != ";" } }
    }
    #expect(try list(exports.export("dump", "a.dump")) == list(own))
    #expect(try list(exports.export("dir", "a.dir")) == list(own))
  }

  @Test(
    "pg_restore takes one table out of a dump, and what a list names, and reads a dump from a pipe",
    .needs(.extension("hstore"), .extension("citext")))
  func parts() throws {
    let exports = try ExportScene(fill: { try $0.fill() })
    let dump = try exports.export("dump", "a.dump")
    let copy = try exports.empty()
    try copy.psql("CREATE EXTENSION hstore; CREATE EXTENSION citext")
    let one = try exports.pgRestore(dump, "-t", "empty", "-t", "parent", into: copy)
    #expect(try one.psql("SELECT count(*) FROM parent") == "5")
    let list = exports.path("list")
    let lines = try Program.run([copy.server.programs.appending("pg_restore"), "-l", dump]).succeeded().lines
    let chosen = lines.filter {
      $0.hasSuffix(" \(exports.database.role)")
        && ($0.contains("TABLE public parent ") || $0.contains("TABLE DATA public parent "))
    }.joined(separator: "\n")
    try SystemFileOperations().replaceFile(list, with: Array(chosen.utf8))
    #expect(try exports.pgRestore(dump, "-L", list).psql("SELECT count(*) FROM parent") == "5")
    let piped = try exports.scene.program.run(["export", "exported", "--format", "dump", "-o", "-"])
      .succeeded()
    let fromPipe = try exports.empty()
    try Program.run(
      [
        copy.server.programs.appending("pg_restore"), "--exit-on-error", "-h", copy.server.directory, "-U",
        "postgres", "-d", BytePath(fromPipe.name),
      ], input: piped.output
    ).succeeded()
    let count = "SELECT count(*) FROM parent"
    #expect(try fromPipe.psql(count, asSuperuser: true) == exports.database.psql(count))
    let script = try exports.scene.program.run(["export", "exported", "--format", "sql.gz", "-o", "-"])
      .succeeded()
    #expect(try script.output == FileTree.readAll(exports.export("sql.gz", "a.sql.gz")))
  }

  @Test("each file of a csv export is what COPY would have written, and psql takes it back")
  func csv() throws {
    let exports = try ExportScene(fill: { database in
      try Self.fillEverything(database)
      try database.psql(
        #"""
        CREATE SCHEMA "a.b"; CREATE TABLE "a.b"."c/d" (one text); CREATE TABLE "single" ("\." text);
        INSERT INTO single VALUES ('\.'), (''), (NULL), (E'x\n\r"'), (','); INSERT INTO "a.b"."c/d" VALUES ('1');
        CREATE TABLE quoted ("a,b" int, "c""d" text, "e f" text); INSERT INTO quoted VALUES (1, ' x ', E'\t\\');
        """#)
    })
    let directory = try exports.export("csv", "a.csv")
    let names = try FileTree.list(directory).map(\.description)
    #expect(names.contains("a%2Eb.c%2Fd.csv") && names.contains("public.texts.csv"))
    let tables = try exports.database.psql(
      """
      SELECT format('%I.%I', nspname, relname), replace(nspname, '.', '%2E') || '.' || replace(relname, '\\', '%5C')
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE relkind = 'r' AND nspname !~ '^(pg_|information)' AND relname <> 'c/d' ORDER BY 1
      """, asSuperuser: true)
    var count = 0
    for line in tables.split(separator: "\n") {
      let parts = line.split(separator: "|").map(String.init)
      let columns = try exports.database.psql(
        "SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '\(parts[0].replacing("'", with: "''"))'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
      )
      let file = directory.appending(BytePath(parts[1] + ".csv"))
      let list = columns.isEmpty ? "" : " (\(columns))"
      let expected = try exports.database.psql(
        "SET search_path = pg_catalog; COPY \(parts[0])\(list) TO STDOUT WITH (FORMAT csv, HEADER)")
      let found = String(decoding: try FileTree.readAll(file), as: UTF8.self)
      // psql's runner takes one newline off the end.
      let isEqual = found == expected + "\n" || found == expected
      #expect(isEqual, "\(parts[0]): \(found.prefix(300)) instead of \(expected.prefix(300))")
      count += 1
    }
    #expect(count > 15 && names.count == count + 1, "\(names)")
    // Before version 18, psql itself takes a line \. for the end even inside of quotes.
    try exports.database.psql("CREATE TABLE again (LIKE quoted)")
    try exports.database.psql(
      "\\copy again from '\(directory)/public.quoted.csv' csv header", asSuperuser: true)
    #expect(
      try exports.database.psql(
        "SELECT count(*) FROM again a JOIN quoted q ON to_jsonb(a)::text = to_jsonb(q)::text") == "1")
  }

  @Test("rows without definitions are column inserts, also for foreign keys, identity and generated columns")
  func dataOnly() throws {
    let exports = try ExportScene(fill: { database in
      try database.psql(
        #"""
        CREATE TABLE z_first (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, twice text GENERATED ALWAYS AS (name || name) STORED);
        CREATE TABLE y_second (id serial PRIMARY KEY, "Fir""st" int REFERENCES z_first, tags text[], raw bytea);
        CREATE TABLE parted (id int REFERENCES y_second, at int) PARTITION BY RANGE (at);
        CREATE TABLE a_part PARTITION OF parted FOR VALUES FROM (0) TO (10);
        CREATE TABLE a_last (id int REFERENCES z_first, n numeric); CREATE TABLE bare ();
        INSERT INTO z_first (name) VALUES ('it''s'), (E'a\\b\n;\t--'), (NULL), (''), (':x :''x'' $1');
        INSERT INTO y_second ("Fir""st", tags, raw) VALUES (1, '{"a,b",NULL}', '\x00ff'), (NULL, '{}', NULL);
        INSERT INTO parted VALUES (2, 5); INSERT INTO a_last VALUES (5, 'NaN'), (4, 1e30); INSERT INTO bare DEFAULT VALUES;
        SELECT setval('y_second_id_seq', 77), lo_from_bytea(5, '\xaabb');
        """#)
    })
    let definitions = try exports.export("sql.gz", "a.sql.gz", "--schema-only")
    let copy = try exports.restoreScript(definitions)
    #expect(try exports.dump(copy, "-s") == exports.dump(exports.database, "-s"))
    #expect(try copy.psql("SELECT count(*) FROM a_last") == "0")
    let rows = try exports.export("sql.gz", "b.sql.gz", "--data-only")
    let text = String(decoding: try exports.gunzipped(rows), as: UTF8.self)
    #expect(
      text.contains(
        #"INSERT INTO "public"."z_first" ("id", "name") OVERRIDING SYSTEM VALUE VALUES ('1', 'it''s');"#))
    #expect(text.contains(#"INSERT INTO "public"."bare" DEFAULT VALUES;"#) && !text.contains("COPY "))
    try exports.expectEqual(exports.restoreScript(rows, into: copy))
    // The same in pg_dump's formats.
    for format: BytePath in ["dump", "dir"] {
      let schema = try exports.pgRestore(exports.export(format, BytePath("s.\(format)"), "--schema-only"))
      let data = try exports.export(format, BytePath("d.\(format)"), "--data-only")
      #expect(throws: ProgramFailure.self, "a foreign key is in the way") {
        try exports.pgRestore(data, into: schema)
      }
      let again = try exports.pgRestore(exports.path(BytePath("s.\(format)")))
      try exports.expectEqual(exports.pgRestore(data, "--disable-triggers", into: again))
    }
  }

  @Test(
    "only a schema, and only tables, as pg_dump has them, and what refers to others is left out and named")
  func chosenParts() throws {
    let exports = try ExportScene(fill: { database in
      try database.psql(
        #"""
        CREATE SCHEMA shop; CREATE SCHEMA "o'ther"; CREATE SCHEMA private AUTHORIZATION postgres;
        CREATE TABLE "o'ther".people (id int PRIMARY KEY); INSERT INTO "o'ther".people VALUES (1);
        CREATE TABLE shop.orders (id serial PRIMARY KEY, person int CONSTRAINT to_people REFERENCES "o'ther".people);
        CREATE TABLE shop.lines (id int PRIMARY KEY, parent int REFERENCES shop.orders); CREATE INDEX ON shop.lines (parent);
        INSERT INTO shop.orders (person) VALUES (1), (NULL); INSERT INTO shop.lines VALUES (1, 2);
        CREATE VIEW shop.v AS SELECT * FROM shop.orders; COMMENT ON SCHEMA shop IS 'the shop';
        CREATE TABLE public.logs (id int); INSERT INTO logs VALUES (7); SELECT lo_create(9);
        """#)
    })
    let result = try exports.scene.run(
      "export", "exported", "--format", "sql.gz", "-o", "shop.sql.gz", "--schema", "shop")
    #expect(
      result.code == 0 && result.errorText.contains("to_people") && result.errorText.contains("o'ther.people")
    )
    let copy = try exports.restoreScript(exports.path("shop.sql.gz"))
    let missing = Set(try exports.dump(exports.database, "-n", "shop")).subtracting(try exports.dump(copy))
    #expect(missing.allSatisfy { $0.contains("to_people") }, "\(missing)")
    #expect(
      try copy.psql(
        "SELECT to_regclass('public.logs') IS NULL AND NOT EXISTS (SELECT FROM pg_largeobject_metadata)")
        == "t")
    let tables = try exports.restoreScript(
      exports.export("sql.gz", "t.sql.gz", "--table", "shop.lines", "--table", "log?"))
    #expect(try tables.psql("SELECT count(*) FROM shop.lines") == "1")
    #expect(try tables.psql("SELECT count(*) FROM logs") == "1")
    #expect(try tables.psql("SELECT to_regclass('shop.orders') IS NULL") == "t")
    let dumped = try exports.pgRestore(
      exports.export("dump", "t.dump", "--table", "shop.orders", "--table", "people"))
    try exports.expectEqual(of: "SELECT * FROM shop.orders ORDER BY 1", dumped)
    #expect(try dumped.psql("SELECT nextval('shop.orders_id_seq')") == "3")
    #expect(try dumped.psql("SELECT count(*) FROM pg_constraint WHERE conname = 'to_people'") == "1")
    let csv = try exports.export("csv", "c", "--schema", "sh*")
    #expect(try FileTree.list(csv).map(\.description) == ["shop.lines.csv", "shop.orders.csv"])
  }

  @Test("a database in another encoding is exported in it, names and all")
  func otherEncoding() throws {
    let exports = try ExportScene(fill: { database in
      try database.server.psql("DROP DATABASE \(database.name)")
      try database.server.psql(
        "CREATE DATABASE \(database.name) OWNER \(database.role) TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
      )
      try database.psql(
        "\\encoding UTF8\nCREATE TABLE \"Größe\" (\"Maß\" text); INSERT INTO \"Größe\" VALUES ('süß'), (NULL)"
      )
    })
    for copy in [
      try exports.restoreScript(exports.export("sql.gz", "a.sql.gz")),
      try exports.pgRestore(exports.export("dump", "a")),
    ] {
      #expect(try copy.psql("\\encoding UTF8\nSELECT \"Maß\" FROM \"Größe\"") == "süß\n")
    }
    let rows = try exports.gunzipped(exports.export("sql.gz", "b.sql.gz", "--data-only", "--table", "Größe"))
    #expect(rows.firstRange(of: [0x73, 0xFC, 0xDF]) != nil)
  }
}

extension ExportScene {
  func expectEqual(of query: String, _ copy: TestDatabase) throws {
    #expect(try copy.psql(query) == database.psql(query))
  }
}
