// Dumps that psql brings in with one or two complaints, because they were written for another server, or of one
// that was less strict: what is left out or done otherwise is said, and everything else comes in.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Imports of other servers' dumps", .needsPostgreSQL)
struct OtherServersDumpTests {
  /// A project, a database to dump, and the file.
  private struct Place {
    let scene: Scene
    let other: TestDatabase

    init(_ contents: String) throws {
      scene = try Scene.small(.superuser, server: .separate())
      let live = try #require(scene.database)
      other = try live.server.makeDatabase(.superuser)
      try other.psql(contents)
    }

    var file: BytePath { scene.directory.path.appending("file") }

    @discardableResult
    func dump(_ format: BytePath) throws -> String {
      let programs = other.server.programs
      try Program.run([
        programs.appending("pg_dump"), "-h", other.server.directory, "-U", "postgres", format, "-f", file,
        BytePath(other.name),
      ]).succeeded()
      return format == "-Fp" ? String(decoding: try FileTree.readAll(file), as: UTF8.self) : ""
    }

    func write(_ text: String) throws {
      try SystemFileOperations().replaceFile(file, with: Array(text.utf8))
    }

    /// Imports, and restores what came of it into a database of its own.
    func imported(mentioning texts: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
      -> TestDatabase
    {
      let result = try scene.run("import", file).succeeded()
      for text in texts {
        #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
      }
      let id = try result.line
      let copy = TestDatabase(server: other.server, name: "\(other.name)_copy", role: other.role)
      try scene.checkpoint(
        "restore", "database", BytePath(id), "--target-db", BytePath(copy.name), "--trusted-source")
      return copy
    }
  }

  @Test(
    "settings that only newer servers have are left out, with a note",
    arguments: LongHunt.cases(["-Fp", "-Fc", "-Ft"]))
  func unknownSettings(format: BytePath) throws {
    let place = try Place("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    try place.dump(format)
    // As the pg_restore of a newer version writes scripts.
    let wrapper = place.scene.directory.path.appending("newer")
    let programs = place.other.server.programs
    try SystemFileOperations().replaceFile(
      wrapper,
      with: Array(
        """
        #!/bin/sh
        program=$1; shift
        case "$program $*" in
        pg_restore*--file=-*) \(programs)/pg_restore "$@" | sed 's/^SET lock_timeout = 0;/&\\nSET future_timeout = 0;/' ;;
        pg_dump*) exec \(programs)/pg_dump "$@" -h \(place.other.server.directory) ;;
        *) exec \(programs)/$program "$@" ;;
        esac

        """.utf8))
    try FileTree.setPermissions(wrapper, 0o755)
    if format == "-Fp" {
      try place.write(
        place.dump("-Fp").replacing(
          "SET lock_timeout", with: "SET future_timeout = 0;\nSET lock_timeout"))
    } else if format == "-Fc" {
      try place.scene.repository.git("config", "checkpoint.database.clientPrefix", wrapper)
    }
    let hasUnknown = format != "-Ft"
    let result = try place.scene.run("import", place.file).succeeded()
    #expect(result.errorText.contains("SET future_timeout") == hasUnknown, "\(result)")
    #expect(result.errorText.contains("no such setting") == hasUnknown, "\(result)")
    // Statistics that newer clients write; a value that is wrong is still an error.
    try place.write(
      "CREATE TABLE t ();\nSELECT * FROM pg_catalog.pg_restore_relation_stats('relation', 't');\n")
    let statistics = try place.scene.run("import", place.file)
    if PostgresServer.majorVersion < 18 {
      #expect(statistics.code == 0 && statistics.errorText.contains("takes no statistics"), "\(statistics)")
    }
    try place.write("SET work_mem = 'much';\n")
    #expect(try place.scene.run("import", place.file).code == 1)
  }

  private static let brokenKey = """
    CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT "odd key" REFERENCES p ON DELETE CASCADE DEFERRABLE);
    INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);
    SET session_replication_role = replica; INSERT INTO c VALUES (2, 99);
    """

  @Test(
    "a foreign key that the rows break comes in NOT VALID, and is named",
    arguments: LongHunt.cases(["-Fp", "-Fc"]))
  func brokenKeys(format: BytePath) throws {
    let place = try Place(Self.brokenKey)
    try place.dump(format)
    let copy = try place.imported(mentioning: "rows break a foreign key", "\"odd key\"", "NOT VALID")
    #expect(try copy.psql("SELECT count(*) FROM c") == "2")
    #expect(
      try copy.psql(
        "SELECT conname, convalidated, condeferrable, confdeltype FROM pg_constraint WHERE contype = 'f'")
        == "odd key|f|t|c")
  }

  @Test("a script that is one transaction gets the same help")
  func oneTransaction() throws {
    let place = try Place(Self.brokenKey)
    try place.write("BEGIN;\nSET future_timeout = 0;\n" + place.dump("-Fp") + "\nCOMMIT;\n")
    let copy = try place.imported(mentioning: "NOT VALID", "future_timeout")
    #expect(try copy.psql("SELECT count(*) FROM c") == "2")
  }

  @Test("before version 18 a partitioned table's broken key is on its partitions")
  func partitionedKey() throws {
    let place = try Place(
      """
      CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
      CREATE TABLE c (id int, p int REFERENCES p) PARTITION BY LIST (id);
      CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1); CREATE TABLE c2 PARTITION OF c FOR VALUES IN (2);
      SET session_replication_role = replica; INSERT INTO c VALUES (1, 1), (2, 99);
      """)
    try place.dump("-Fc")
    let isBefore18 = try Int(place.other.psql("SHOW server_version_num")).map { $0 < 180000 } ?? true
    let copy = try place.imported(mentioning: "NOT VALID", isBefore18 ? "public.c1, public.c2" : "c_p_fkey")
    #expect(try copy.psql("SELECT count(*) FROM c") == "2")
    #expect(
      try copy.psql("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated") != "0")
    #expect(throws: (any Error).self, "new rows are checked") { try copy.psql("INSERT INTO c VALUES (1, 7)") }
  }

  @Test(
    "functions that find names by the search_path do so, in indexes, checks and views",
    .needs(.sessionSearchPath), arguments: LongHunt.cases(["-Fp", "-Fc"]))
  func searchPath(format: BytePath) throws {
    let place = try Place(
      """
      CREATE FUNCTION helper(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(t) $$;
      CREATE FUNCTION folded(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN helper(t); END $$;
      CREATE TABLE doc (id int PRIMARY KEY, body text CHECK (folded(body) <> 'no'));
      INSERT INTO doc VALUES (1, 'x');
      CREATE INDEX doc_folded ON doc (folded(body));
      CREATE MATERIALIZED VIEW shown AS SELECT folded(body) FROM doc;
      """)
    try place.dump(format)
    let result = try place.scene.run("import", place.file, "--trusted-source").succeeded()
    #expect(result.errorText.contains("run under the search_path"), "\(result)")
  }

  @Test("an archive cannot run programs, whatever its table of contents says")
  func editedArchive() throws {
    let padding = String(repeating: "p", count: 200)
    let place = try Place("CREATE TABLE t (a text); CREATE VIEW v AS SELECT '\(padding)'::text AS x")
    try place.dump("-Fc")
    let marker = place.scene.directory.path.appending("marker")
    var bytes = try FileTree.readAll(place.file)
    let start = try #require(bytes.firstRange(of: Array("CREATE VIEW".utf8))?.lowerBound)
    let end = try #require(bytes[start...].firstIndex(of: UInt8(ascii: ";")))
    let statement = Array("COPY public.t FROM PROGRAM 'touch \(marker)'".utf8)
    bytes.replaceSubrange(
      start..<end, with: statement + Array(repeating: 0x20, count: end - start - statement.count))
    try SystemFileOperations().replaceFile(place.file, with: bytes)
    let result = try place.scene.run("import", place.file)
    #expect(result.code == 1 && result.errorText.contains("more than its database"), "\(result)")
    #expect(!FileTree.exists(marker))
  }
}
