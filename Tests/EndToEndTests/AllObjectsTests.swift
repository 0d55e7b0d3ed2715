// One database with all objects at once: recorded, wrecked, brought back, and compared with what it was by
// pg_dump and by what the server says itself.

import FileSystem
import TestSupport
import Testing

@Suite("All objects", .needsPostgreSQL)
struct AllObjectsTests {
  private func roundTrip(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    let isSuperuser = rights == .superuser
    try database.fillWithAllObjects(ofSuperuser: isSuperuser)
    let before = try scene.databasePicture()
    let id = try scene.take("full")
    try scene.expectDatabase(before, "after the checkpoint")

    try database.scrambleAllObjects(ofSuperuser: isSuperuser)
    let broken = try scene.databasePicture()
    #expect(!broken.differences(since: before).isEmpty)
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(before, "after the rollback")
    try scene.checkpoint("undo", "--yes")
    try scene.expectDatabase(broken, "after undo")
    try scene.checkpoint("verify", "--all")

    guard rights != .plain else { return }
    let copy = TestDatabase(server: database.server, name: "\(database.name)_copy", role: database.role)
    try scene.checkpoint("restore", "database", id, "--target-db", copy.name)
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectNone(
      scene.databasePicture(copy, isWhole: false).differences(
        since: scene.databasePicture(isWhole: false)), "in a copy")
    try scene.expectDatabase(before, "after the second rollback")
  }

  @Test("all that a superuser can make comes back, next to what was there and under another name")
  func bySuperuser() throws { try roundTrip(.superuser) }

  @Test(
    "all that an ordinary owner can make comes back, next to what was there and under another name", .longHunt
  )
  func byOwner() throws { try roundTrip(.createDatabases) }

  @Test("all that an ordinary owner can make comes back in place")
  func inPlace() throws { try roundTrip(.plain) }
}
