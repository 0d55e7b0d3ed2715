// Roles that a checkpoint names and that are gone, or that the user may not act for: named in the plan, with a way that works.

import FileSystem
import TestSupport
import Testing

@Suite("Missing roles", .needsPostgreSQL)
struct MissingRoleTests {
  private static let uses = [
    "CREATE POLICY p ON people FOR SELECT TO \"gone, TO\" USING (true)",
    "CREATE POLICY p ON people AS RESTRICTIVE TO \"gone, TO\", CURRENT_USER USING (name <> ' TO nobody') WITH CHECK (true)",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO \"gone, TO\"",
    "ALTER DEFAULT PRIVILEGES FOR ROLE \"gone, TO\" GRANT SELECT ON TABLES TO PUBLIC",
    "GRANT SELECT ON people TO \"gone, TO\"",
    "GRANT SELECT (name) ON people TO \"gone, TO\" WITH GRANT OPTION",
    "CREATE SCHEMA theirs AUTHORIZATION \"gone, TO\"",
    """
    CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f;
    CREATE USER MAPPING FOR \"gone, TO\" SERVER s
    """,
  ]

  @Test("--no-owner --no-privileges works, whatever names the role", arguments: LongHunt.cases(uses))
  func named(_ use: String) throws {
    let scene = try Scene.small(.superuser, server: .separate())
    let database = try #require(scene.database)
    try database.psql("CREATE ROLE \"gone, TO\"; \(use)")
    try scene.checkpoint("full")
    try database.psql("DROP OWNED BY \"gone, TO\"; DROP POLICY IF EXISTS p ON people; DROP ROLE \"gone, TO\"")
    try database.psql("DELETE FROM people")
    let refused = try scene.run("rollback", "--dry-run", "latest")
    #expect(refused.code == 1 && refused.errorText.contains("gone, TO"), "\(refused)")
    #expect(refused.errorText.contains("--no-owner --no-privileges"), "\(refused)")
    let result = try scene.checkpoint(
      "restore", "database", "latest", "--no-owner", "--no-privileges", "--yes")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
    if use.contains("POLICY") || use.contains("MAPPING") {
      #expect(
        result.printed.contains("do not exist") || result.printed.contains("does not exist"), "\(result)")
    }
    let policies = try database.psql("SELECT polroles::regrole[], polpermissive FROM pg_policy")
    #expect(policies == (use.contains("CURRENT_USER") ? "{\(database.role)}|f" : ""))
  }

  @Test("an owner that the user is no member of is named in the plan, and --no-owner works")
  func membership() throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let database = try #require(scene.database)
    try database.psql(
      "CREATE ROLE team; GRANT team TO \(database.role); GRANT CREATE ON SCHEMA public TO team;",
      asSuperuser: true)
    try database.psql("ALTER TABLE things OWNER TO team; GRANT SELECT ON things TO \(database.role)")
    try scene.checkpoint("full")
    try database.server.psql("REVOKE team FROM \(database.role)")
    try database.psql("DELETE FROM people")
    let refused = try scene.run("rollback", "--dry-run", "latest")
    #expect(refused.code == 1 && refused.errorText.contains("no member of: team"), "\(refused)")
    #expect(refused.errorText.contains("--no-owner"), "\(refused)")
    try scene.checkpoint("restore", "database", "latest", "--no-owner", "--yes")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }
}
