// Databases that replication knows, and servers that accept no changes: refused before anything is touched.

import FileSystem
import TestSupport
import Testing

@Suite("Replication", .needsPostgreSQL)
struct ReplicationTests {
  private static let ways = [PostgresServer.Rights.createDatabases, .plain]

  private func expectRefusal(_ scene: Scene, _ texts: String...) throws {
    let before = try scene.databasePicture()
    for arguments: [BytePath] in [
      ["rollback", "--yes", "latest"], ["restore", "database", "latest", "--yes"],
      ["rollback", "--dry-run", "latest"],
    ] {
      let result = try scene.program.run(arguments)
      #expect(result.code == 1, "\(result)")
      for text in texts { #expect(result.errorText.contains(text), "“\(text)” in \(result)") }
    }
    try scene.expectDatabase(before)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
    #expect(try scene.database?.relatives() == [])
  }

  @Test("a logical replication slot on the database stops a rollback until it is dropped", arguments: ways)
  func slots(_ rights: PostgresServer.Rights) throws {
    // Making a slot waits for every transaction of the server, those of other tests among them.
    let scene = try Scene.small(rights, server: .separate())
    let database = try #require(scene.database)
    let slot = "slot_of_\(database.name)"
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people")
    try database.psql(
      "SELECT pg_create_logical_replication_slot('\(slot)', 'pgoutput')", asSuperuser: true)
    try expectRefusal(scene, "logical replication slots", slot, "pg_drop_replication_slot")
    #expect(
      try database.server.psql("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(slot)'") == "1"
    )
    try database.server.psql("SELECT pg_drop_replication_slot('\(slot)')")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("a subscription in the database stops a rollback until it is dropped", arguments: ways)
  func subscriptions(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people")
    try database.psql(
      "CREATE SUBSCRIPTION mine CONNECTION 'host=/nowhere password=tops3cret' PUBLICATION p WITH (connect = false, slot_name = NONE)",
      asSuperuser: true)
    try expectRefusal(scene, "subscriptions", "mine", "DROP SUBSCRIPTION")
    try database.psql("DROP SUBSCRIPTION mine", asSuperuser: true)
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("a standby can be recorded, and is not rolled back")
  func standby() throws {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.createDatabases, server: server)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    try server.restartInRecovery()
    #expect(try database.psql("SELECT pg_is_in_recovery()") == "t")
    try expectRefusal(scene, "standby", database.name)
    let recorded = try scene.checkpoint("full", "--json")
    #expect(recorded.code == 0)
    try scene.checkpoint("verify", "--all")
  }
}
