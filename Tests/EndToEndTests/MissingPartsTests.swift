// What a restore needs of the server and does not find: roles, extensions, rights. A clear error, and everything
// as it was.

import FileSystem
import TestSupport
import Testing

@Suite("Missing parts", .needsPostgreSQL)
struct MissingPartsTests {
  private static let ways = [PostgresServer.Rights.createDatabases, .plain]

  private func expectFailure(
    _ scene: Scene, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
  )
    throws
  {
    try scene.repository.write("a.txt", "later\n")
    let before = try scene.picture().merging(scene.databasePicture())
    let result = try scene.run("rollback", "--yes", "latest")
    #expect(result.code == 1, "\(result)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
    }
    let now = try scene.picture().merging(scene.databasePicture())
    try scene.expectNone(now.differences(since: before), sourceLocation: sourceLocation)
    #expect(try scene.database?.relatives() == [], sourceLocation: sourceLocation)
    #expect(try scene.run("status", "--json").json()["pending"] == nil, sourceLocation: sourceLocation)
  }

  @Test("the owner of a table does not exist any more")
  func missingRole() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    let gone = "gone_\(database.role)"
    try database.psql(
      "CREATE ROLE \(gone); CREATE TABLE theirs (id int); ALTER TABLE theirs OWNER TO \(gone)")
    try scene.checkpoint("full")
    try database.psql("DROP TABLE theirs; DROP ROLE \(gone); DELETE FROM people")
    try expectFailure(scene, "have privileges there do not exist on this server: \(gone)")
    let copy = "\(database.name)_copy"
    try scene.checkpoint(
      "restore", "database", "latest", "--target-db", copy, "--no-owner", "--no-privileges")
    #expect(
      try database.server.psql("SELECT tableowner FROM pg_tables WHERE tablename = 'theirs'", in: copy)
        == database.role)
    try database.server.psql("DROP DATABASE \"\(copy)\"")
    try database.psql("CREATE ROLE \(gone)")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT tableowner FROM pg_tables WHERE tablename = 'theirs'") == gone)
  }

  @Test(
    "an extension is not installed any more",
    .enabled(if: TestExtension.isPossible, Comment(rawValue: TestExtension.whyNot)), arguments: ways)
  func missingExtension(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    let wanted = try TestExtension(rights == .plain ? 1 : 2)
    try database.psql("CREATE EXTENSION \(wanted.name)")
    try scene.checkpoint("full")
    try database.psql("DROP EXTENSION \(wanted.name); DELETE FROM people")
    wanted.uninstall()
    try expectFailure(scene, "extensions are not installed on this server: \(wanted.name)")
  }

  @Test(
    "an extension's own rows stay the extension's, and those that users added come back",
    .enabled(if: TestExtension.isPossible, Comment(rawValue: TestExtension.whyNot)), arguments: ways)
  func configurationTables(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    let wanted = try TestExtension(rights == .plain ? 3 : 4)
    try database.psql(
      """
      CREATE SCHEMA ext; CREATE EXTENSION \(wanted.name) SCHEMA ext; INSERT INTO ext.options_of_test VALUES ('mine', E'\\\\.\\t\\\\N'), ('too', NULL);
      SELECT nextval('ext.numbers_of_test'), nextval('ext.numbers_of_test');
      """)
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql(
      """
      DELETE FROM ext.options_of_test WHERE key = 'mine'; INSERT INTO ext.options_of_test VALUES ('later', 'x');
      SELECT nextval('ext.numbers_of_test');
      """)
    let broken = try scene.databasePicture()
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expectDatabase(broken)
    try database.psql("DROP EXTENSION \(wanted.name) CASCADE")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expectDatabase(before)
  }

  @Test("an extension that only a superuser may make", .needs(.extension("postgres_fdw")))
  func untrustedExtension() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql("CREATE EXTENSION postgres_fdw", asSuperuser: true)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    // It can only stay where it is.
    #expect(try scene.checkpoint("rollback", "--yes", "--dry-run", "latest").printed.contains("in place"))
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("objects that belong to another role", arguments: ways)
  func othersObjects(_ rights: PostgresServer.Rights) throws {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(
      "CREATE VIEW theirs AS SELECT 1 AS one; ALTER VIEW theirs OWNER TO postgres; GRANT SELECT ON theirs TO PUBLIC",
      asSuperuser: true)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    let plan = try scene.checkpoint("rollback", "--dry-run", "latest")
    #expect(plan.printed.contains("view public.theirs of postgres"), "\(plan)")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people; SELECT one FROM theirs") == "100\n1")
  }

  @Test("a user who may create databases, but does not own this one")
  func notOwner() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let stranger = "stranger_\(database.role)"
    try database.server.psql("CREATE ROLE \(stranger) LOGIN CREATEDB")
    try database.psql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(stranger)")
    let url = "postgresql://\(stranger)@/\(database.name)?host=\(database.server.directory)"
    try scene.repository.write(".env", "DATABASE_URL=\(url)\n", mode: 0o600)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    try expectFailure(scene, "only \(database.role), the owner of \(database.name), may replace it")
  }

  @Test("a session that the user may not end stays connected: it is named, and the database stays open")
  func othersSession() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    let session = try database.server.session("SELECT 1", in: database.name)
    try expectFailure(scene, "sessions stay connected to \(database.name)", "postgres a long report")
    #expect(try database.psql("SELECT 1") == "1")
    withExtendedLifetime(session) {}
    try database.server.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'a long report'"
    )
    try scene.checkpoint("rollback", "--yes", "latest")
  }

  @Test("a materialized view that reads another one out of sight of the server")
  func hiddenDependency() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    // Made in the order of names, so that the first one has nothing to read yet.
    try database.psql(
      """
      CREATE MATERIALIZED VIEW z AS SELECT id FROM people;
      CREATE FUNCTION n() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM public.z); END';
      CREATE MATERIALIZED VIEW a AS SELECT n();
      """)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT * FROM a; SELECT count(*) FROM z") == "100\n100")
  }

  @Test("a security label whose provider is not loaded")
  func missingLabelProvider() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    // Debian packages no provider but one for SELinux, so the label is put where a provider would put it.
    try database.psql(
      "INSERT INTO pg_seclabel SELECT 'people'::regclass, 'pg_class'::regclass, 0, 'nowhere', 'it''s secret'")
    try scene.checkpoint("full")
    try database.psql("DELETE FROM things")
    try expectFailure(scene, "security label provider \"nowhere\" is not loaded")
  }
}
