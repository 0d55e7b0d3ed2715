// What a new database has by itself, and what a database as a whole has besides its contents: neither is in
// an ordinary dump.

import FileSystem
import TestSupport
import Testing

@Suite("Databases as a whole", .needsPostgreSQL)
struct WholeDatabaseTests {
  private static let ways = [PostgresServer.Rights.createDatabases, .plain]

  private func roundTrip(_ scene: Scene, _ wreck: String, asSuperuser: Bool = false) throws {
    let database = try #require(scene.database)
    let before = try scene.databasePicture()
    let id = try scene.take("full")
    try database.psql(wreck, asSuperuser: asSuperuser)
    let broken = try scene.databasePicture()
    #expect(!broken.differences(since: before).isEmpty)
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expectDatabase(broken)
  }

  @Test(
    "the schema that every new database has stays away if it was dropped", arguments: LongHunt.cases(ways))
  func withoutPublic(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    try scene.database?.psql("CREATE SCHEMA app; CREATE TABLE app.t (id int); DROP SCHEMA public CASCADE")
    try roundTrip(scene, "CREATE SCHEMA public; CREATE TABLE public.t (id int); DROP SCHEMA app CASCADE")
  }

  @Test("an extension that every new database has stays away if it was dropped")
  func withoutLanguage() throws {
    let scene = try Scene.small(.superuser)
    try scene.database?.psql("DROP EXTENSION plpgsql")
    try roundTrip(scene, "CREATE EXTENSION plpgsql")
  }

  @Test(
    "what was said about the schema public and about new objects is taken back",
    arguments: LongHunt.cases(ways))
  func rights(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    try roundTrip(
      scene,
      """
      GRANT CREATE ON SCHEMA public TO PUBLIC; REVOKE USAGE ON SCHEMA public FROM PUBLIC; COMMENT ON SCHEMA public IS 'later';
      ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM CURRENT_USER;
      ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO PUBLIC;
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT UPDATE ON SEQUENCES TO pg_monitor; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
      """)
  }

  @Test(
    "extensions in schemas of their own stay with their schemas, whose rights come back",
    .needs(.extension("citext"), .extension("hstore")), arguments: LongHunt.cases(ways))
  func extensionSchemas(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    try scene.database?.psql(
      """
      CREATE SCHEMA "Erw ""x"; CREATE EXTENSION citext SCHEMA "Erw ""x"; CREATE TABLE "Erw ""x".t (c "Erw ""x".citext PRIMARY KEY);
      INSERT INTO "Erw ""x".t VALUES ('A'); COMMENT ON SCHEMA "Erw ""x" IS 'ext'; CREATE AGGREGATE "Erw ""x".n (*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
      """)
    try roundTrip(
      scene,
      """
      GRANT ALL ON SCHEMA "Erw ""x" TO PUBLIC; REVOKE CREATE ON SCHEMA "Erw ""x" FROM CURRENT_USER; COMMENT ON SCHEMA "Erw ""x" IS NULL;
      CREATE SCHEMA other; CREATE EXTENSION hstore SCHEMA other; CREATE TABLE other.t (h other.hstore);
      DROP TABLE "Erw ""x".t; CREATE TYPE "Erw ""x".t AS (a int); CREATE DOMAIN "Erw ""x".list AS int[];
      """)
  }

  @Test("a database with an ICU locale, limits, settings and few rights comes back", .needs(.icu))
  func locale() throws {
    let scene = try Scene.small(
      .superuser,
      options: "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk' CONNECTION LIMIT 17")
    let database = try #require(scene.database)
    try database.server.psql(
      """
      ALTER DATABASE \(database.name) SET search_path = ''; ALTER ROLE \(database.role) IN DATABASE \(database.name) SET search_path = '$user', "a, ""b", '';
      ALTER DATABASE \(database.name) SET app.tenant = E'a''b\\\\c\\nd'; REVOKE ALL ON DATABASE \(database.name) FROM PUBLIC, \(database.role);
      GRANT CONNECT ON DATABASE \(database.name) TO \(database.role), pg_monitor;
      """)
    try roundTrip(
      scene,
      """
      ALTER DATABASE \(database.name) RESET ALL; ALTER DATABASE \(database.name) CONNECTION LIMIT 18;
      GRANT ALL ON DATABASE \(database.name) TO PUBLIC; ALTER ROLE \(database.role) IN DATABASE \(database.name) SET work_mem = '1MB';
      """, asSuperuser: true)
  }

  @Test("what only a superuser could have said of a database is left out, and named without its value")
  func settingsOfSuperuser() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let name = database.name
    try database.server.psql(
      """
      ALTER DATABASE \(name) SET app.token = 'tops3cret'; ALTER DATABASE \(name) SET work_mem = '9MB';
      CREATE ROLE other_\(database.role); ALTER ROLE other_\(database.role) IN DATABASE \(name) SET work_mem = '8MB';
      """)
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people")
    let result = try scene.checkpoint("rollback", "--yes", "latest")
    for text in ["no right", "app.token", "work_mem of other_\(database.role)", "left out"] {
      #expect(result.printed.contains(text), "\(text) in \(result)")
    }
    #expect(!result.printed.contains("tops3cret"))
    #expect(try database.psql("SELECT count(*) FROM people; SHOW work_mem") == "100\n9MB")
    let copied = try scene.checkpoint("restore", "database", "latest", "--target-db", "\(name)_copy")
    #expect(copied.printed.contains("app.token") && !copied.printed.contains("tops3cret"), "\(copied)")
  }

  @Test("a role that is gone is left out of the settings and privileges, and named")
  func goneRole() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let gone = "gone_\(database.role)"
    try database.server.psql(
      """
      CREATE ROLE \(gone); GRANT CONNECT ON DATABASE \(database.name) TO \(gone); ALTER ROLE \(gone) IN DATABASE \(database.name) SET work_mem = '8MB';
      """)
    try scene.checkpoint("full")
    try database.server.psql("REVOKE ALL ON DATABASE \(database.name) FROM \(gone); DROP ROLE \(gone)")
    let result = try scene.checkpoint("rollback", "--yes", "latest")
    #expect(result.printed.contains("the role \(gone) does not exist any more"), "\(result)")
  }

  @Test(
    "databases of odd and of long names come back, and their copies", arguments: LongHunt.cases(ways),
    [
      " \"Ü\u{301}\" 'x'\u{301} \\ %24 $1 {e\u{301}}", "_" + String(repeating: "ü", count: 27),
      " ; DROP -- 日本 😀",
    ])
  func names(_ rights: PostgresServer.Rights, _ suffix: String) throws {
    let scene = try Scene.small(rights, suffix: suffix)
    let database = try #require(scene.database)
    let identifier = "\"" + database.name.unicodeScalars.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
    try database.psql(
      "COMMENT ON DATABASE \(identifier) IS 'odd'; ALTER DATABASE \(identifier) SET work_mem = '9MB'")
    try scene.checkpoint("init")
    try roundTrip(scene, "DROP TABLE people; SELECT lo_create(76002)")
    if rights == .plain { return }
    try scene.checkpoint(
      "restore", "database", "latest", "--target-db", "other \"\(suffix)", "--recreate", "--yes")
  }
}
