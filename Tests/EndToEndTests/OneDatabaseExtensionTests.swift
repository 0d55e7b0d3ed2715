// pg_cron: an extension that a server allows in one of its databases only.

import FileSystem
import Glibc
import TestSupport
import Testing

private let isInstalled =
  (try? PostgresServer.shared().psql("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'"))
  == "1"

@Suite("Extensions of one database", .needsPostgreSQL)
struct OneDatabaseExtensionTests {
  @Test(
    "a database with pg_cron is proven without it, and restored in place",
    .enabled(if: isInstalled, "postgresql-15-cron is not installed"))
  func cron() throws {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.superuser, server: server)
    let database = try #require(scene.database)
    try server.psql("ALTER SYSTEM SET shared_preload_libraries = 'pg_cron'")
    try server.restart()
    try server.psql("ALTER SYSTEM SET cron.database_name = '\(database.name)'")
    try server.psql("ALTER SYSTEM SET cron.host = '\(server.directory)'")
    try server.restart()
    try database.psql("CREATE EXTENSION pg_cron; SELECT cron.schedule('nightly', '0 3 * * *', 'SELECT 1')")
    let taken = try scene.checkpoint("custom", "one")
    #expect((taken.printed + taken.errorText).contains("pg_cron in one database only"))
    let proof = try scene.checkpoint("verify", "--restore", "one")
    #expect(proof.printed.contains("left out: the extension pg_cron"))
    try database.psql("DROP TABLE people; UPDATE cron.job SET schedule = '* * * * *'")
    let plan = try scene.checkpoint("rollback", "--dry-run", "one")
    #expect((plan.printed + plan.errorText).contains("restored in place"))
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(
      try database.psql("SELECT count(*) FROM people; SELECT schedule FROM cron.job") == "100\n0 3 * * *")
    try scene.checkpoint("undo", "--yes")
    #expect(
      try database.psql("SELECT to_regclass('people') IS NULL; SELECT schedule FROM cron.job")
        == "t\n* * * * *")
    #expect(try database.relatives() == [])
  }
}
