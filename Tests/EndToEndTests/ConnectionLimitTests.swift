// Roles, databases and servers that give few connections: there are fewer workers then, by themselves.

import FileSystem
import TestSupport
import Testing

@Suite("Few connections", .needsPostgreSQL, .longHunt)
struct ConnectionLimitTests {
  private func scene(_ rights: PostgresServer.Rights) throws -> Scene {
    let scene = try Scene.small(rights)
    try #require(scene.database).psql(
      (1...4).map { number in
        """
        CREATE TABLE large\(number) (id int PRIMARY KEY, v text);
        INSERT INTO large\(number) SELECT g, repeat('x', 500) FROM generate_series(1, 2000) g;
        CREATE INDEX ON large\(number) (v);
        """
      }.joined())
    return scene
  }

  private func limit(_ database: TestDatabase, to count: Int, of what: String) throws {
    let target = what == "role" ? "ROLE \(database.role)" : "DATABASE \(database.name)"
    try database.server.psql("ALTER \(target) CONNECTION LIMIT \(count)")
  }

  @Test(
    "checkpoint, rollback, proof and clone do with as many as there are",
    arguments: LongHunt.cases(
      [
        (2, .createDatabases), (3, .createDatabases), (5, .createDatabases), (2, .plain), (5, .plain),
      ] as [(Int, PostgresServer.Rights)]))
  func roles(_ count: Int, _ rights: PostgresServer.Rights) throws {
    let scene = try scene(rights)
    let database = try #require(scene.database)
    try limit(database, to: count, of: "role")
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE large1; DELETE FROM large2")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM large2") == "0")
    if rights == .createDatabases && count > 2 {
      try scene.checkpoint("verify", "--restore", "latest")
      try scene.checkpoint("warm", "latest")
    }
  }

  @Test("a limit of the database counts as well")
  func databases() throws {
    let scene = try scene(.createDatabases)
    let database = try #require(scene.database)
    try limit(database, to: 3, of: "database")
    try scene.checkpoint("full")
    try database.psql("DROP TABLE large1")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM large1") == "2000")
  }

  @Test("what cannot do without more says how to need fewer")
  func tooFew() throws {
    let scene = try scene(.createDatabases)
    try limit(try #require(scene.database), to: 1, of: "role")
    let result = try scene.run("full")
    #expect(result.code == 1, "\(result)")
    for text in ["too many connections for role", "git config checkpoint.jobs 1", "CONNECTION LIMIT"] {
      #expect(result.errorText.contains(text), "“\(text)” in \(result)")
    }
  }
}
