// In place, by a user who may not act for every role: what belongs to other roles stays, the plan names it, and what would go
// with it is named before anything is touched.

import FileSystem
import TestSupport
import Testing

@Suite("Objects of other roles", .needsPostgreSQL)
struct OthersObjectsTests {
  /// A plain user's database with things of the superuser in it.
  private func scene(_ sql: String) throws -> (Scene, TestDatabase) {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql(sql, asSuperuser: true)
    return (scene, database)
  }

  private static let trigger = """
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY pgrst; END';
    CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION watch();
    """

  @Test("an event trigger of the superuser stays, and the plan says so")
  func eventTrigger() throws {
    let (scene, database) = try scene(Self.trigger)
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people; CREATE TABLE later (n int)")
    let plan = try scene.checkpoint("rollback", "--dry-run", "latest")
    #expect(plan.printed.contains("event trigger pgrst_ddl_watch of postgres"), "\(plan)")
    let result = try scene.checkpoint("rollback", "--yes", "latest")
    #expect(result.printed.contains("stay as they are"), "\(result)")
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM later") == "0")
  }

  @Test("a user who may create databases, but not the superuser's event trigger, goes in place as well")
  func eventTriggerAside() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(Self.trigger, asSuperuser: true)
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people")
    let plan = try scene.checkpoint("rollback", "--dry-run", "latest")
    #expect(plan.printed.contains("belongs to others cannot be made anew"), "\(plan)")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
    #expect(try database.relatives() == [])
  }

  @Test("the user's own function that an event trigger of others calls stays with it")
  func ownFunction() throws {
    let (scene, database) = try scene("SELECT 1")
    try database.psql(
      """
      CREATE SCHEMA hooks;
      CREATE FUNCTION hooks.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY pgrst; END';
      CREATE TABLE hooks.log (t text);
      """)
    try database.psql(
      "CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION hooks.watch()", asSuperuser: true)
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people; INSERT INTO hooks.log VALUES ('x')")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
  }

  @Test(
    "schemas, tables, views, types, functions, servers and publications of others stay with their contents")
  func everyKind() throws {
    let (scene, database) = try scene(
      """
      CREATE SCHEMA theirs; GRANT USAGE ON SCHEMA theirs TO PUBLIC;
      CREATE TYPE theirs.mood AS ENUM ('good');
      CREATE DOMAIN theirs.short AS text CHECK (length(VALUE) < 9);
      CREATE TABLE theirs.kept (id serial PRIMARY KEY, mood theirs.mood, word theirs.short);
      CREATE INDEX ON theirs.kept (word); COMMENT ON TABLE theirs.kept IS 'kept';
      INSERT INTO theirs.kept (mood, word) VALUES ('good', 'one');
      CREATE VIEW theirs.seen AS SELECT word FROM theirs.kept;
      CREATE FUNCTION theirs.twice(n int, word text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
      CREATE TABLE public.beside (n int); INSERT INTO public.beside VALUES (1);
      GRANT SELECT ON ALL TABLES IN SCHEMA theirs, public TO PUBLIC;
      GRANT SELECT ON ALL SEQUENCES IN SCHEMA theirs TO PUBLIC;
      CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
      CREATE USER MAPPING FOR PUBLIC SERVER elsewhere;
      CREATE PUBLICATION told FOR TABLE theirs.kept;
      """)
    try database.psql("CREATE TABLE using_theirs (m theirs.mood); INSERT INTO using_theirs VALUES ('good')")
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people, using_theirs")
    try database.psql("INSERT INTO theirs.kept (word) VALUES ('later')", asSuperuser: true)
    let plan = try scene.checkpoint("rollback", "--dry-run", "latest")
    for name in ["theirs.kept", "public.beside", "elsewhere", "told", "and "] {
      #expect(plan.printed.contains(name), "“\(name)” in \(plan)")
    }
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT string_agg(word, ' ' ORDER BY id) FROM theirs.kept") == "one later")
    try database.psql("DELETE FROM theirs.kept WHERE word = 'later'", asSuperuser: true)
    try database.psql("SELECT setval('theirs.kept_id_seq', 1)", asSuperuser: true)
    try scene.expectDatabase(before)
  }

  @Test(
    "what others' things need of the user's stops it in the plan, and nothing is touched",
    arguments: [
      "CREATE VIEW theirs AS SELECT * FROM people",
      "CREATE TABLE theirs (id int REFERENCES people)",
      "CREATE PUBLICATION theirs FOR TABLE people",
      "SELECT lo_create(47110)",
    ])
  func needed(_ sql: String) throws {
    let (scene, database) = try scene("SELECT 1")
    try scene.checkpoint("full")
    try database.psql(sql, asSuperuser: true)
    let before = try scene.databasePicture()
    for option in ["--dry-run", "--yes"] as [BytePath] {
      let result = try scene.run("rollback", option, "latest")
      #expect(result.code == 1 && result.errorText.contains("needed by what does"), "\(result)")
      #expect(result.errorText.contains("hint: "), "\(result)")
    }
    try scene.expectDatabase(before)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
  }
}
