// Rights that a rollback needs and has not, or not any more: the plan asks for them, and whatever is taken away in between,
// one of --abort and --continue leads out.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Rights that are not there", .needsPostgreSQL, .longHunt)
struct RightsLostTests {
  enum Right: String, CaseIterable, CustomTestStringConvertible {
    case createDatabases = "creating databases"
    case ownership, connecting, everything

    var testDescription: String { rawValue }

    /// Whoever takes the right to connect to other databases takes it from all tests.
    func server() throws -> PostgresServer {
      try [.connecting, .everything].contains(self) ? .separate() : .shared()
    }

    func taken(_ database: TestDatabase) -> String {
      switch self {
      case .createDatabases: "ALTER ROLE \(database.role) NOCREATEDB;"
      case .ownership: "ALTER DATABASE \(database.name) OWNER TO postgres;"
      case .connecting:
        "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC; REVOKE CONNECT ON DATABASE template1 FROM PUBLIC;"
      case .everything: [Self.createDatabases, .ownership, .connecting].map { $0.taken(database) }.joined()
      }
    }

    func given(_ database: TestDatabase) -> String {
      switch self {
      case .createDatabases: "ALTER ROLE \(database.role) CREATEDB;"
      case .ownership: "ALTER DATABASE \(database.name) OWNER TO \(database.role);"
      case .connecting:
        "GRANT CONNECT ON DATABASE postgres TO PUBLIC; GRANT CONNECT ON DATABASE template1 TO PUBLIC;"
      case .everything: [Self.createDatabases, .ownership, .connecting].map { $0.given(database) }.joined()
      }
    }
  }

  @Test(
    "taken away after a kill before the swap, --abort leads out", arguments: LongHunt.cases(Right.allCases))
  func lostBeforeSwap(_ right: Right) throws {
    let moment = try Moment(server: right.server())
    try moment.killed(in: "stop")
    try moment.server(right.taken(moment.database))
    let result = try moment.scene.run("rollback", "--abort")
    #expect(result.code == 0, "\(result)")
    try moment.server(right.given(moment.database))
    try moment.scene.expect(moment.bad)
    #expect(try !moment.isPending && moment.database.relatives() == [])
  }

  @Test(
    "taken away when the process was killed after the swap, --continue leads out",
    arguments: LongHunt.cases(Right.allCases))
  func lostAfterSwap(_ right: Right) throws {
    let moment = try Moment(server: right.server())
    try moment.killed(in: "build")
    try moment.server(right.taken(moment.database))
    // Whatever --abort can do with what is left, the other way stays open.
    let aborted = try moment.scene.run("rollback", "--abort")
    if aborted.code != 0 {
      #expect(aborted.errorText.contains("hint: "), "\(aborted)")
      let continued = try moment.scene.run("rollback", "--continue")
      #expect(continued.code == 0, "\(continued)")
    }
    try moment.server(right.given(moment.database))
    try moment.scene.expect(aborted.code == 0 ? moment.bad : moment.good)
    #expect(try !moment.isPending)
  }

  @Test(
    "taken away while the database is restored: nothing is replaced, and no session was disconnected",
    arguments: LongHunt.cases([Right.createDatabases, .ownership]))
  func lostInBetween(_ right: Right) throws {
    let moment = try Moment(server: right.server())
    let sql = right.taken(moment.database).replacing(";", with: "")
    try moment.during("stop", moment.sql(sql))
    let session = try moment.database.server.session("SELECT 1", in: moment.database.name)
    defer { session.send(SIGKILL) }
    let result = try moment.scene.run("rollback", "--yes", moment.id)
    #expect(result.code == 1 && result.errorText.contains("hint: "), "\(result)")
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'a long report'"
    #expect(try moment.database.server.psql("\(count) AND datname = '\(moment.database.name)'") == "1")
    try moment.server(right.given(moment.database))
    try moment.scene.expect(moment.bad)
    #expect(try !moment.isPending && moment.database.relatives() == [])
  }

  @Test("the right to enter postgres and template1 is not needed", arguments: LongHunt.cases([true, false]))
  func noUsualDatabase(isWarm: Bool) throws {
    let moment = try Moment(server: .separate())
    try moment.server(Right.connecting.taken(moment.database))
    if isWarm { try moment.scene.checkpoint("warm", moment.id) }
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.scene.expect(moment.good)
    try moment.scene.checkpoint("undo", "--yes")
    try moment.scene.expect(moment.bad)
    #expect(try moment.database.relatives().allSatisfy { !$0.contains("_entering_") })
  }

  @Test("killed where only a database of its own let it in, both ways lead out")
  func killedWithoutUsualDatabase() throws {
    let moment = try Moment(server: .separate())
    try moment.server(Right.connecting.taken(moment.database))
    for (step, direction) in [("stop", "--abort"), ("build", "--abort"), ("build", "--continue")] {
      try moment.killed(in: step)
      try moment.settle(BytePath(direction))
      try moment.scene.repository.git("config", "--unset", "checkpoint.services.\(step)")
    }
    try moment.scene.expect(moment.good)
  }

  @Test("the server lets the user into no new database: the plan says so, and it comes back in place")
  func refusedByAccessFile() throws {
    let server = try PostgresServer.separate()
    let moment = try Moment(server: server)
    try server.psql(
      """
      COPY (VALUES ('local all postgres trust'), ('local \(moment.database.name) all trust'),
        ('local postgres all trust')) TO '\(server.directory)/data/pg_hba.conf';
      SELECT pg_reload_conf();
      """)
    let refused = "SELECT count(*) = 3 FROM pg_hba_file_rules WHERE error IS NULL"
    try server.waitUntil(refused)
    let plan = try moment.scene.checkpoint("rollback", "--dry-run", moment.id)
    #expect(plan.printed.contains("does not let this user into a new database"), "\(plan)")
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.scene.expect(moment.good)
  }

  @Test(
    "a role that acts as another one has the rights of that one", arguments: LongHunt.cases([true, false]))
  func actingRole(mayCreate: Bool) throws {
    let server = try PostgresServer.separate()
    let moment = try Moment(mayCreate ? .plain : .createDatabases, server: server)
    let role = moment.database.role
    try server.psql(
      """
      CREATE ROLE acting \(mayCreate ? "CREATEDB" : "NOCREATEDB"); GRANT acting TO \(role);
      ALTER DATABASE \(moment.database.name) OWNER TO acting; ALTER ROLE \(role) SET role = acting;
      """)
    try server.psql("REASSIGN OWNED BY \(role) TO acting", in: moment.database.name)
    let id = try moment.scene.take("custom", "acting")
    let before = try moment.scene.picture()
    try moment.database.psql("DROP TABLE version")
    let plan = try moment.scene.checkpoint("rollback", "--dry-run", id)
    #expect(plan.printed.contains("in place") == !mayCreate, "\(plan)")
    try moment.scene.checkpoint("rollback", "--yes", id)
    try moment.scene.expect(before)
  }

  @Test("a database that is gone for good does not keep files and git from coming back")
  func withoutDatabase() throws {
    let server = try PostgresServer.separate()
    let moment = try Moment(server: server)
    try moment.killed(in: "build")
    try server.stop()
    let refused = try moment.scene.run("rollback", "--abort")
    #expect(refused.code == 1 && refused.errorText.contains("--no-database"), "\(refused)")
    let result = try moment.scene.run("rollback", "--abort", "--no-database")
    #expect(result.code == 0, "\(result)")
    #expect(try !moment.isPending)
    #expect(FileTree.exists(moment.scene.repository.top.appending("later.txt")))
  }
}
