// Finds and ends the sessions in a database. No session is ended while something else could still prevent the database from
// being renamed or dropped.

import FileSystem
import Glibc
import Postgres

extension ServerAccess {
  /// The seconds that sessions have to end.
  private static let patience = 10.0

  func setConnections(allowed: Bool, to database: String) throws {
    try maintenanceConnection().execute(
      "ALTER DATABASE \(database.asIdentifier) ALLOW_CONNECTIONS \(allowed)")
  }

  /// Opens the database to all sessions again. It needs a right only if something has to be changed.
  func reopen(_ database: String) throws {
    let isClosed = try maintenanceConnection().query(
      "SELECT FROM pg_database WHERE datname = $1 AND NOT datallowconn", [database])
    if !isClosed.isEmpty { try setConnections(allowed: true, to: database) }
  }

  /// Rolls back prepared transactions in a database of ours, which would prevent dropping it.
  func abandonTransactions(in database: String) throws {
    let found = try PreparedTransaction.all(in: database, maintenanceConnection())
    if found.isEmpty { return }
    let connection = try connect(to: database)
    for one in found { try connection.execute("ROLLBACK PREPARED \(one.quotedGID)") }
  }

  func checkUnprepared(_ database: String) throws {
    let found = try PreparedTransaction.all(in: database, maintenanceConnection())
    if !found.isEmpty { throw DatabaseProblem.prepared(found, database: database) }
  }

  private struct Session {
    var process: String
    var user: String
    var program: String
    var isEndable: Bool

    var description: String { "\(process) \(user) \(program)" }
  }

  /// The sessions in a database. Workers of autovacuum are left out: renaming and dropping end them, and otherwise only
  /// superusers may. They have no user; the kind of other processes is shown only to their own users.
  private func sessions(in database: String, _ connection: Connection) throws -> [Session] {
    try connection.query(
      """
      SELECT a.pid, pg_get_userbyid(a.usesysid), coalesce(a.application_name, ''),
        me.rolsuper OR (NOT coalesce(r.rolsuper, false)
          AND (coalesce(pg_has_role(r.oid, 'USAGE'), false) OR pg_has_role('pg_signal_backend', 'USAGE')))
      FROM pg_stat_get_activity(NULL) a JOIN pg_roles me ON me.rolname = current_user
      LEFT JOIN pg_roles r ON r.oid = a.usesysid
      WHERE a.datid = (SELECT oid FROM pg_database WHERE datname = $1) AND a.usesysid IS NOT NULL
        AND a.pid <> pg_backend_pid()
      """, [database]
    ).map { row in
      Session(
        process: row[0] ?? "", user: row[1] ?? "?", program: row[2] ?? "", isEndable: row[3] == "t")
    }
  }

  /// Closes the database to new sessions, ends those in it, and waits until they are gone.
  /// - Parameter connection: a connection to another database.
  /// - Throws: `DatabaseProblem.stillConnected` after 10 s; then the database is open again.
  /// - Returns: whether other sessions were in it.
  @discardableResult
  func shutOut(_ database: String, _ connection: Connection) throws -> Bool {
    try checkUnprepared(database)
    try awaitUnendable(in: database, connection)
    return try close(database, connection)
  }

  /// Does the same without checking first.
  @discardableResult
  func close(_ database: String, _ connection: Connection) throws -> Bool {
    maintenance.leave(database)
    var wasBusy = false
    try connection.execute("ALTER DATABASE \(database.asIdentifier) ALLOW_CONNECTIONS false")
    do {
      let deadline = MonotonicTime.now + Self.patience
      while true {
        let sessions = try sessions(in: database, connection)
        if sessions.isEmpty { return wasBusy }
        wasBusy = wasBusy || sessions.contains { $0.program != parameters.values["application_name"] }
        if MonotonicTime.now > deadline {
          throw DatabaseProblem.stillConnected(database: database, sessions: sessions.map(\.description))
        }
        for session in sessions {
          // A session that we may not end can still end by itself before the deadline.
          _ = try? connection.query("SELECT pg_terminate_backend($1::int)", [session.process])
        }
        usleep(2_000)
      }
    } catch {
      try? connection.execute("ALTER DATABASE \(database.asIdentifier) ALLOW_CONNECTIONS true")
      throw error
    }
  }

  @discardableResult
  func shutOut(_ database: String) throws -> Bool { try shutOut(database, maintenanceConnection()) }

  /// Waits for sessions that we may not end to end by themselves, before any other one is ended.
  func awaitUnendable(in database: String, _ connection: Connection) throws {
    let deadline = MonotonicTime.now + Self.patience
    while true {
      let staying = try sessions(in: database, connection).filter { !$0.isEndable }
      if staying.isEmpty { return }
      if MonotonicTime.now > deadline {
        throw DatabaseProblem.stillConnected(database: database, sessions: staying.map(\.description))
      }
      try Interruption.check()
      usleep(20_000)
    }
  }

  /// Whether no session is in it, and none can enter.
  func isClosed(_ database: String) throws -> Bool {
    try maintenanceConnection().query(
      """
      SELECT NOT datallowconn AND NOT EXISTS (
        SELECT FROM pg_stat_get_activity(NULL) a WHERE a.datid = d.oid AND usesysid IS NOT NULL)
      FROM pg_database d WHERE datname = $1
      """, [database]
    ).first?[0] == "t"
  }
}
