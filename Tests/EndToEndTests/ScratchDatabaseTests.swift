// Databases that are made for a trial: what keeps one from being made or dropped, and what is said about one that stays.

import FileSystem
import TestSupport
import Testing

@Suite("Scratch databases", .needsPostgreSQL)
struct ScratchDatabaseTests {
  private static let subscription =
    "CREATE SUBSCRIPTION mine CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)"

  @Test("a subscription is in none of them, and none is left behind")
  func subscriptions() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try database.psql(Self.subscription)
    try scene.checkpoint("full")
    try scene.checkpoint("verify", "--restore", "latest")
    try scene.checkpoint("rehearse", "latest")
    try scene.checkpoint("warm", "latest")
    try scene.checkpoint("warm", "drop")
    #expect(try database.relatives() == [])
    let copy = "\(database.name)_copy"
    let result = try scene.checkpoint("restore", "database", "latest", "--target-db", copy)
    #expect(result.printed.contains("left out: the subscription mine"), "\(result)")
    #expect(
      try database.server.psql(
        "SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname ~ '^\(database.name)(_|$)'"
      ) == "1")
    try database.psql("DROP SUBSCRIPTION mine; DROP TABLE people")
    // Restored for good it would keep the database from being replaced once more.
    let rolledBack = try scene.checkpoint("rollback", "--yes", "latest")
    #expect(rolledBack.printed.contains("left out: the subscription mine"), "\(rolledBack)")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
    try database.dropRelative(copy)
  }

  @Test(
    "one with a subscription that an earlier version left is dropped by the next restore; status names it before"
  )
  func left() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    let name = "\(database.name)_restoring_20200101_000000_ab"
    try database.server.psql("CREATE DATABASE \(name)")
    try database.server.psql(Self.subscription.replacing("NONE", with: "'theirs'"), in: name)
    let status = try scene.checkpoint("status")
    #expect(status.printed.contains("\(name) is left over from a restore"), "\(status)")
    #expect(status.printed.contains("the subscription mine"), "\(status)")
    try scene.checkpoint("verify", "--restore", "latest")
    #expect(try database.relatives() == [])
  }

  @Test("one that cannot be dropped is reported, and shown in status")
  func undroppable() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    let name = "\(database.name)_restoring_20200101_000000_ab"
    try database.server.psql("CREATE DATABASE \(name)")
    let result = try scene.checkpoint("verify", "--restore", "latest")
    for text in [result.errorText, try scene.checkpoint("status").printed] {
      #expect(
        text.contains("\(name) is left over from a restore: it cannot be dropped (it belongs to postgres)"))
    }
    #expect(try scene.run("status", "--json").json()["left"] != nil)
    try database.dropRelative(name)
    #expect(try !scene.checkpoint("status").printed.contains("left over from a restore"))
  }

  @Test("what is rolled back in place is proven without what only superusers have made")
  func ofSuperusers() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE FUNCTION n() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION n();
      CREATE EXTENSION IF NOT EXISTS file_fdw
      """, asSuperuser: true)
    try scene.checkpoint("full")
    let proof = try scene.checkpoint("verify", "--restore", "latest")
    #expect(proof.printed.contains("proven"), "\(proof)")
    #expect(proof.printed.contains("file_fdw, which only a superuser may create"), "\(proof)")
    #expect(proof.printed.contains("event trigger e of postgres"), "\(proof)")
    let warm = try scene.run("warm", "latest")
    #expect(warm.code == 1 && warm.errorText.contains("no restored clone"), "\(warm)")
    try database.psql("DELETE FROM people")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("one that waits to be swapped is left alone, and status does not say that it will be dropped")
  func waiting() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    let name = "\(database.name)_staged_20200101_000000_ab"
    try database.server.psql("CREATE DATABASE \(name)")
    try scene.checkpoint("verify", "--restore", "latest")
    let status = try scene.checkpoint("status")
    #expect(status.printed.contains("\(name) is left over from a restore: only"), "\(status)")
    try database.dropRelative(name)
  }

  @Test("a database whose collation has another version than the library is restored instead of copied")
  func collation() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.server.psql(
      "UPDATE pg_database SET datcollversion = '0.9' WHERE datname = '\(database.name)'")
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    let warmed = try scene.checkpoint("warm", "latest")
    #expect(warmed.printed.contains("restored and compared"), "\(warmed)")
    try scene.checkpoint("verify", "--restore", "latest")
    try database.psql("DROP TABLE people")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
  }
}
