// What the server computes of rows while they go in: it may read tables that are not full yet.

import FileSystem
import TestSupport
import Testing

@Suite("What is computed of other tables", .needsPostgreSQL)
struct ComputedColumnTests {
  private static let tables = """
    CREATE TABLE z_rate (id int PRIMARY KEY, r int); INSERT INTO z_rate VALUES (1, 7);
    CREATE FUNCTION rate(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT r FROM public.z_rate WHERE id = i';
    CREATE TABLE a_line (id int PRIMARY KEY, rate_id int, r int GENERATED ALWAYS AS (rate(rate_id)) STORED);
    INSERT INTO a_line VALUES (1, 1), (2, 1); CREATE INDEX by_rate ON a_line (rate(rate_id));
    """
  private static let question = """
    SELECT * FROM a_line ORDER BY 1; SET enable_seqscan = off; SELECT count(*) FROM a_line WHERE rate(rate_id) = 7
    """

  @Test(
    "generated columns and indexes are right after restoring",
    arguments: [PostgresServer.Rights.superuser, .plain])
  func whole(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(Self.tables)
    let before = try database.psql(Self.question)
    try scene.checkpoint("full")
    for way in [["rollback"], ["restore", "database", "--data-only"]] as [[BytePath]] {
      try database.psql("INSERT INTO a_line VALUES (3, 1)")
      try scene.program.run(way + ["latest", "--yes"]).succeeded()
      #expect(try database.psql(Self.question) == before, "\(way)")
    }
  }
}
