// Partitioned indexes come back usable although pg_restore works with several jobs.

import FileSystem
import TestSupport
import Testing

@testable import DataSources

@Suite("Attached indexes", .needsPostgreSQL)
struct AttachmentOrderTests {
  /// Three levels, and a foreign key that needs the root's index.
  private static let script = """
    CREATE TABLE events (at date, region text, n int, note text, PRIMARY KEY (at, region, n)) PARTITION BY RANGE (at);
    CREATE TABLE mid PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (region);
    CREATE TABLE mid_eu PARTITION OF mid FOR VALUES IN ('eu') PARTITION BY HASH (n);
    CREATE TABLE mid_eu_0 PARTITION OF mid_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE mid_eu_1 PARTITION OF mid_eu FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE rest PARTITION OF events DEFAULT; CREATE INDEX ON events (note);
    CREATE TABLE refers (at date, region text, n int, FOREIGN KEY (at, region, n) REFERENCES events);
    """

  /// That jobs meet while they attach cannot be brought about, so this asks whether they can.
  @Test("each attachment waits for the one before, and the archive stays one that pg_restore takes")
  func inTurn() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try database.psql(Self.script)
    let file = scene.directory.path.appending("archive")
    let (dump, restore) = (
      database.server.programs.appending("pg_dump"), database.server.programs.appending("pg_restore")
    )
    // Through a pipe, as ours: then no offsets are in it.
    var bytes = try Program.run([dump, "-Fc", "-Z0", "-d", BytePath(database.url)]).succeeded().output
    var pieces = [bytes]
    var contents = try ArchiveContents.read { pieces.popLast() ?? [] }
    let length = contents.encoded.count
    contents.attachInTurn()
    let attachments = contents.entries.filter { $0.kind == "INDEX ATTACH" }
    #expect(attachments.count == 10)
    for (one, next) in zip(attachments, attachments.dropFirst()) {
      #expect(next.dependencies.contains(one.dumpID))
    }
    bytes.replaceSubrange(..<length, with: contents.encoded)
    try SystemFileOperations().replaceFile(file, with: bytes)
    let copy = TestDatabase(server: database.server, name: "\(database.name)_copy", role: database.role)
    try database.server.psql("CREATE DATABASE \(copy.name)")
    try Program.run([
      restore, "--exit-on-error", "--jobs=4", "-h", database.server.directory, "-U", "postgres", "-d",
      BytePath(copy.name), file,
    ]).succeeded()
    #expect(try copy.psql("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0")
  }
}
