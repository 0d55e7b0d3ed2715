// The table of contents of pg_dump's archives: read as pg_restore reads it, written as pg_dump writes it, and asked
// what belongs to a part of a database.

import Checkpoints
import FileSystem
import TestSupport
import Testing

@testable import DataSources

@Suite("Tables of contents", .needsPostgreSQL)
struct ArchiveContentsTests {
  private static let awkward = #"""
    CREATE SCHEMA "sp ace"; CREATE SCHEMA "quo""te"; CREATE SCHEMA "do.t"; CREATE SCHEMA "日本";
    CREATE TABLE "sp ace"."a" (id serial PRIMARY KEY, n int UNIQUE, "b c" text DEFAULT 'x');
    CREATE TABLE "sp ace"."a b" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int REFERENCES "sp ace"."a", CHECK (a <> 3));
    ALTER TABLE "sp ace"."a" ADD CONSTRAINT "b c" FOREIGN KEY (n) REFERENCES "sp ace"."a b";
    ALTER TABLE "sp ace"."a b" ADD CONSTRAINT "c" FOREIGN KEY (a) REFERENCES "sp ace"."a" (n);
    CREATE TABLE "quo""te"."new
    line ""ON"" x.y" (id int PRIMARY KEY, "ON" text);
    CREATE INDEX "in dex ON (" ON "quo""te"."new
    line ""ON"" x.y" ("ON") WHERE id <> ('"sp ace".a'::regclass)::oid::int;
    CREATE TABLE "do.t"."t.t" (id int, at date) PARTITION BY RANGE (at); CREATE INDEX ON "do.t"."t.t" (id);
    CREATE TABLE "日本"."表" PARTITION OF "do.t"."t.t" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (id);
    CREATE TABLE "日本"."表の" PARTITION OF "日本"."表" DEFAULT;
    CREATE FUNCTION "sp ace".touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER "t ON x" BEFORE UPDATE OF "b c" ON "sp ace"."a" FOR EACH ROW EXECUTE FUNCTION "sp ace".touch();
    COMMENT ON TRIGGER "t ON x" ON "sp ace"."a" IS 'of a';
    CREATE RULE "r TO" AS ON DELETE TO "sp ace"."a" DO ALSO DELETE FROM "sp ace"."a b";
    ALTER TABLE "sp ace"."a" ENABLE ROW LEVEL SECURITY;
    CREATE POLICY "p ON" ON "sp ace"."a" USING (id IN (SELECT id FROM "sp ace"."a b"));
    CREATE STATISTICS "日本"."s FROM" (dependencies) ON id, n FROM "sp ace"."a";
    CREATE VIEW "sp ace"."v" AS SELECT * FROM "sp ace"."a"; GRANT SELECT ON "sp ace"."v" TO pg_monitor;
    CREATE MATERIALIZED VIEW "sp ace"."m" AS SELECT * FROM "sp ace"."v"; CREATE INDEX ON "sp ace"."m" (id);
    CREATE MATERIALIZED VIEW "sp ace"."m m" AS SELECT * FROM "sp ace"."m";
    COMMENT ON COLUMN "sp ace"."a"."b c" IS 'c'; COMMENT ON SCHEMA "do.t" IS 'd'; GRANT SELECT (id) ON "sp ace"."a" TO pg_monitor;
    CREATE PUBLICATION "p p" FOR TABLE "sp ace"."a";
    CREATE DOMAIN "do.t".d AS int; ALTER DOMAIN "do.t".d ADD CHECK (VALUE > 0) NOT VALID;
    INSERT INTO "sp ace".a (n) VALUES (NULL), (NULL); SELECT lo_from_bytea(7, '\x00');

    """#

  /// A scene's own directory with an archive of the database in it.
  private struct Archive {
    let directory: EndToEndDirectory
    let database: TestDatabase
    let file: BytePath
    let bytes: [UInt8]

    init(_ script: String, options: [BytePath] = []) throws {
      directory = try EndToEndDirectory()
      database = try PostgresServer.shared().makeDatabase(.superuser)
      try database.psql(script)
      file = directory.path.appending("archive")
      try Program.run(
        [
          database.server.programs.appending("pg_dump"), "-Fc", "-Z0", "-d", BytePath(database.url), "-f",
          file,
        ]
          + options
      ).succeeded()
      bytes = try FileTree.readAll(file)
    }

    /// Read in pieces of an odd size.
    func contents() throws -> ArchiveContents { try ArchiveContentsTests.read(bytes) }

    /// Statements of the entries that `pg_restore` takes by a list of numbers.
    func script(_ selection: ArchiveSelection, _ contents: ArchiveContents) throws -> String {
      let list = directory.path.appending("list")
      try SystemFileOperations().replaceFile(list, with: selection.list(of: contents))
      let text = try Program.run([
        database.server.programs.appending("pg_restore"), "-L", list, "-f-", file,
      ]).succeeded().text
      return text.split(separator: "\n").filter { !$0.hasPrefix("\\") }.joined(separator: "\n")
    }
  }

  private static func read(_ bytes: [UInt8]) throws -> ArchiveContents {
    var rest = bytes[...]
    return try ArchiveContents.read {
      let piece = rest.prefix(1009)
      rest = rest.dropFirst(piece.count)
      return Array(piece)
    }
  }

  private func names(_ contents: ArchiveContents, _ part: DatabasePart) -> [String] {
    let selection = contents.selection(part)
    return contents.entries.filter { selection.contains($0) && !$0.isPreamble }.map {
      "\($0.kind) \($0.name)"
    }
    .sorted()
  }

  @Test("what was read is written again byte for byte", arguments: [awkward, ""])
  func identical(script: String) throws {
    let archive = try Archive(script)
    let contents = try archive.contents()
    let encoded = contents.encoded
    #expect(archive.bytes.starts(with: encoded) && encoded.count > 500)
    #expect(contents.encoding == "UTF8" && contents.header.format == .custom)
    let listed = try Program.run([
      archive.database.server.programs.appending("pg_restore"), "-l", archive.file,
    ])
    .succeeded().lines.filter { $0.first?.isNumber == true }
    #expect(
      listed.compactMap { Int($0.prefix { $0 != ";" }) }
        == contents.entries.filter {
          !$0.isPreamble
            && $0.kind != "DATABASE" && $0.kind != "DATABASE PROPERTIES"
        }.map(\.dumpID))
  }

  @Test("a table's entries are found, whatever the names are, and nothing of the tables that it refers to")
  func oneTable() throws {
    let archive = try Archive(Self.awkward)
    let contents = try archive.contents()
    let found = names(contents, DatabasePart(tables: ["sp ace.a"]))
    #expect(
      found == [
        "ACL COLUMN a.id", #"COMMENT COLUMN a."b c""#, #"COMMENT TRIGGER "t ON x" ON a"#,
        "CONSTRAINT a a_n_key",
        "CONSTRAINT a a_pkey", "DEFAULT a id", "FK CONSTRAINT a b c", "POLICY a p ON", "ROW SECURITY a",
        "RULE a r TO",
        "SEQUENCE OWNED BY a_id_seq", "SEQUENCE SET a_id_seq", "SEQUENCE a_id_seq", "STATISTICS s FROM",
        "TABLE DATA a",
        "TABLE a", "TRIGGER a t ON x",
      ])
    #expect(
      names(contents, DatabasePart(tables: ["sp ace.a b"])) == [
        "CONSTRAINT a b a b_pkey", "FK CONSTRAINT a b a b_a_fkey", "FK CONSTRAINT a b c",
        "SEQUENCE SET a b_id_seq",
        "SEQUENCE a b_id_seq", "TABLE DATA a b", "TABLE a b",
      ])
    #expect(
      names(contents, DatabasePart(tables: ["quo\"te.*"], contents: .schema)) == [
        "CONSTRAINT new\nline \"ON\" x.y new\nline \"ON\" x.y_pkey", "INDEX in dex ON (",
        "TABLE new\nline \"ON\" x.y",
      ])
    #expect(
      names(contents, DatabasePart(tables: ["sp ace.m"])) == [
        "INDEX m_id_idx", "MATERIALIZED VIEW DATA m", "MATERIALIZED VIEW m",
      ])
  }

  @Test("the partitions of a chosen table are chosen with it")
  func partitions() throws {
    let archive = try Archive(Self.awkward)
    let contents = try archive.contents()
    let selection = contents.selection(DatabasePart(tables: ["do.t.*.t"]))
    // The first dot divides the pattern, so it is about no table here.
    #expect(selection.relations.isEmpty)
    let whole = contents.selection(DatabasePart(tables: ["t.t"]))
    #expect(Set(whole.relations.map(\.name)) == ["t.t", "表", "表の"])
    let schema = contents.selection(DatabasePart(schemas: ["do.t"]))
    #expect(Set(schema.relations.map(\.name)) == ["t.t", "表", "表の"])
    let kinds = contents.entries.filter { schema.contains($0) }.map(\.kind)
    #expect(kinds.count { $0 == "TABLE ATTACH" } == 2 && kinds.count { $0 == "INDEX ATTACH" } == 2)
    #expect(kinds.contains("DOMAIN") && kinds.contains("CHECK CONSTRAINT") && kinds.contains("COMMENT"))
    let leaf = names(contents, DatabasePart(schemas: ["日本"]))
    #expect(
      leaf.contains("TABLE ATTACH 表") && !leaf.contains("TABLE t.t") && !leaf.contains("STATISTICS s FROM"))
  }

  @Test(
    "pg_restore makes of a chosen schema what pg_dump dumps of it",
    arguments: ["inventory", "Größe \" & Co", "public"])
  func likePgDump(schema: String) throws {
    let archive = try Archive(
      SampleDatabase.script(database: "postgres", role: "postgres").split(separator: "\n")
        .filter { !$0.contains("DATABASE postgres") && !$0.contains("IN DATABASE") }.joined(separator: "\n"))
    let contents = try archive.contents()
    for kind in [DatabasePart.Contents.everything, .schema, .data] {
      var selection = contents.selection(DatabasePart(schemas: [schema], contents: kind))
      // pg_dump makes even the schema that every database has when it is asked for it by name.
      selection.dumpIDs.subtract(
        contents.entries.filter { $0.kind == "SCHEMA" && $0.name == "public" }.map(\.dumpID))
      let options: [BytePath] = kind == .schema ? ["-s"] : kind == .data ? ["-a"] : []
      let quoted = "\"" + schema.replacing("\"", with: "\"\"") + "\""
      let text = try Program.run(
        [
          archive.database.server.programs.appending("pg_dump"), "-d", BytePath(archive.database.url),
          "-n", BytePath(quoted),
        ] + options
      ).succeeded().text
      let expected = text.split(separator: "\n").filter {
        !$0.hasPrefix("\\") && !$0.hasPrefix("--") && !$0.contains(" SCHEMA public")
      }
      let found = try archive.script(selection, contents).split(separator: "\n").filter {
        !$0.hasPrefix("--")
      }
      let (missing, surplus) = (Set(expected).subtracting(found), Set(found).subtracting(expected))
      #expect(missing.isEmpty && surplus.isEmpty, "\(kind): \(missing) \(surplus)")
    }
  }

  @Test("everything is chosen if nothing is named, and definitions and data part it")
  func whole() throws {
    let archive = try Archive(Self.awkward)
    let contents = try archive.contents()
    let all = contents.selection(DatabasePart())
    #expect(all.dumpIDs == Set(contents.entries.map(\.dumpID)))
    let schema = contents.selection(DatabasePart(contents: .schema)).dumpIDs
    let data = contents.selection(DatabasePart(contents: .data)).dumpIDs
    let refreshing = Set(contents.entries.filter { $0.kind == "MATERIALIZED VIEW DATA" }.map(\.dumpID))
    #expect(refreshing.count == 2)
    #expect(schema.union(data).union(refreshing) == all.dumpIDs)
    #expect(schema.intersection(data).count == 3)
  }

  @Test("an archive in another encoding has its names as people read them")
  func otherEncoding() throws {
    let archive = try Archive("CREATE TABLE \"Größe\" (id int)", options: ["-E", "LATIN1"])
    let contents = try archive.contents()
    #expect(contents.encoding == "LATIN1")
    #expect(contents.selection(DatabasePart(tables: ["Größe"])).relations.map(\.name) == ["Größe"])
    #expect(archive.bytes.starts(with: contents.encoded))
  }

  @Test("damage is an error, at whatever byte")
  func damaged() throws {
    let archive = try Archive("CREATE TABLE a (id serial PRIMARY KEY)")
    let contents = Array(try archive.contents().encoded)
    for end in stride(from: 0, to: contents.count, by: 7) {
      #expect(throws: ArchiveProblem.self) { try Self.read(Array(contents[..<end])) }
    }
    var random = SeededGenerator(seed: 7)
    for _ in 0..<4000 {
      var bytes = contents
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      if let found = try? Self.read(bytes) { _ = found.selection(DatabasePart(tables: ["a"])) }
    }
    var version = contents
    version[6] = 99
    #expect(throws: ArchiveProblem.self) { try Self.read(version) }
    do { _ = try Self.read(version) } catch { #expect("\(error)".contains("1.99")) }
  }
}
