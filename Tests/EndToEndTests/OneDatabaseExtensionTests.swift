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
    let (scene, database) = try scene()
    try database.psql("SELECT cron.schedule('nightly', '0 3 * * *', 'SELECT 1')")
    let taken = try scene.checkpoint("custom", "one")
    #expect((taken.printed + taken.errorText).contains("pg_cron in one database only"))
    let proof = try scene.checkpoint("verify", "--restore", "one")
    #expect(proof.printed.contains("tried without the extension pg_cron"))
    try database.psql("DROP TABLE people; UPDATE cron.job SET schedule = '* * * * *'")
    let plan = try scene.checkpoint("rollback", "--dry-run", "one")
    #expect(plan.printed.contains("so \(database.name) is restored in place"))
    // What was recorded of it is what the plan says already.
    #expect(!plan.printed.contains("a rollback restores this one in place"), "\(plan)")
    try scene.checkpoint("rollback", "--yes", "one")
    #expect(
      try database.psql("SELECT count(*) FROM people; SELECT schedule FROM cron.job") == "100\n0 3 * * *")
    try scene.checkpoint("undo", "--yes")
    #expect(
      try database.psql("SELECT to_regclass('people') IS NULL; SELECT schedule FROM cron.job")
        == "t\n* * * * *")
    #expect(try database.relatives() == [])
  }

  private func scene() throws -> (Scene, TestDatabase) {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.superuser, server: server)
    let database = try #require(scene.database)
    try server.psql("ALTER SYSTEM SET shared_preload_libraries = 'pg_cron'")
    try server.restart()
    try server.psql("ALTER SYSTEM SET cron.database_name = '\(database.name)'")
    try server.psql("ALTER SYSTEM SET cron.host = '\(server.directory)'")
    try server.restart()
    try database.psql("CREATE EXTENSION pg_cron")
    return (scene, database)
  }

  @Test(
    "in place, what only superusers make goes and comes back, and an event trigger that forbids dropping stays silent",
    .enabled(if: isInstalled, "postgresql-15-cron is not installed"))
  func superusersObjects() throws {
    let (scene, database) = try scene()
    try database.psql(
      """
      CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER s FOREIGN DATA WRAPPER dummy; CREATE SCHEMA app; CREATE TABLE app.u (id int);
      CREATE TEXT SEARCH TEMPLATE plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
      CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no dropping'; END $$;
      CREATE EVENT TRIGGER guard ON sql_drop EXECUTE FUNCTION no()
      """)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(
      try database.psql(
        "SELECT count(*) FROM people; SELECT count(*) FROM pg_foreign_server; SELECT evtenabled FROM pg_event_trigger"
      ) == "100\n1\nO")
  }
}
