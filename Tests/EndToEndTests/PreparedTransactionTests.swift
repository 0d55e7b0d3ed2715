// Prepared transactions belong to no session and stay until they are ended by name: the plan names them, and a rollback that
// they are in the way of disconnects no session.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Prepared transactions", .needsPostgreSQL)
struct PreparedTransactionTests {
  private func moment(_ rights: PostgresServer.Rights = .createDatabases) throws -> Moment {
    let server = try PostgresServer.separate()
    try server.psql("ALTER SYSTEM SET max_prepared_transactions = 5")
    try server.restart()
    return try Moment(rights, server: server)
  }

  private func prepare(_ moment: Moment, _ statement: String = "INSERT INTO version VALUES ('later')") throws
  {
    try moment.database.psql("BEGIN; \(statement); PREPARE TRANSACTION 'left over'")
  }

  @Test(
    "the plan names them, and no session is disconnected",
    arguments: [PostgresServer.Rights.createDatabases, .plain])
  func named(_ rights: PostgresServer.Rights) throws {
    let moment = try moment(rights)
    try prepare(moment)
    let session = try moment.database.server.session("SELECT 1", in: moment.database.name)
    defer { session.send(SIGKILL) }
    for arguments: [BytePath] in [["--dry-run"], ["--yes"]] {
      let result = try moment.scene.program.run(["rollback"] + arguments + [moment.id])
      #expect(result.code == 1, "\(result)")
      for text in ["'left over' of \(moment.database.role)", "ROLLBACK PREPARED"] {
        #expect(result.errorText.contains(text), "“\(text)” in \(result)")
      }
    }
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'a long report'"
    #expect(try moment.database.server.psql(count) == "1")
    #expect(try !moment.isPending)
    try moment.database.psql("ROLLBACK PREPARED 'left over'")
    try moment.server(count.replacing("count(*)", with: "pg_terminate_backend(pid)"))
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.scene.expect(moment.good)
  }

  @Test("one that is prepared while the database is restored disconnects no session either")
  func meanwhile() throws {
    let moment = try moment()
    let url =
      "postgresql://\(moment.database.role)@/\(moment.database.name)?host=\(moment.database.server.directory)"
    try moment.during(
      "stop",
      "psql -Xqc \"BEGIN\" -c \"INSERT INTO version VALUES ('later')\" -c \"PREPARE TRANSACTION 'left over'\" '\(url)'"
    )
    let session = try moment.database.server.session("SELECT 1", in: moment.database.name)
    defer { session.send(SIGKILL) }
    try moment.refuses("rollback", "--yes", moment.id, with: "'left over'", "ROLLBACK PREPARED")
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'a long report'"
    #expect(try moment.database.server.psql(count) == "1")
    #expect(try !moment.isPending)
  }

  @Test("in place, one that locks nothing there is not in the way")
  func harmless() throws {
    let moment = try moment(.plain)
    try prepare(moment, "SELECT 1")
    try moment.scene.checkpoint("rollback", "--yes", moment.id)
    try moment.database.psql("ROLLBACK PREPARED 'left over'")
    try moment.scene.expect(moment.good)
  }

  @Test("a checkpoint that waits for one says for which")
  func capture() throws {
    let moment = try moment()
    try prepare(moment, "LOCK TABLE version")
    try moment.scene.repository.git("config", "checkpoint.lockTimeout", "1")
    try moment.refuses("full", with: "locked by the prepared transaction 'left over'", "ROLLBACK PREPARED")
  }
}
