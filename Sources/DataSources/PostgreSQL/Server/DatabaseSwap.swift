// Drops and renames databases, and swaps the names of two of them in one transaction.

import Postgres

extension ServerAccess {
  /// Drops unfinished databases of dead processes. A living process has a connection with its token.
  func dropAbandoned() throws {
    for purpose in DatabasePurpose.abandoned {
      for (name, token) in try databases(for: purpose) where try isAbandoned(name, token: token) {
        // This is only cleaning up: another process may be dropping the same one, and `status` shows what cannot be dropped.
        do { try drop(name) } catch is DatabaseError { maintenance.close() } catch is DatabaseProblem {}
      }
    }
  }

  private func isAbandoned(_ name: String, token: String) throws -> Bool {
    try !maintenanceConnection().query(
      """
      SELECT FROM pg_database WHERE datname = $1 AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE starts_with(application_name, $2) AND usename IS DISTINCT FROM $3)
      """, [name, "checkpoint \(token)", ImportRole.name(for: token)]
    ).isEmpty
  }

  func drop(_ database: String) throws {
    let entry = try maintenanceConnection().query(
      "SELECT datconnlimit, datistemplate FROM pg_database WHERE datname = $1", [database])
    guard let limit = entry.first?[0] else { return }
    if entry.first?[1] == "t" {
      try maintenanceConnection().execute("ALTER DATABASE \(database.asIdentifier) IS_TEMPLATE false")
    }
    // A database whose dropping was interrupted (-2) can only be dropped, not altered, and has no sessions.
    if limit != "-2" { try shutOut(database) }
    do { try maintenanceConnection().execute("DROP DATABASE \(database.asIdentifier)") } catch let error
      as DatabaseError
      where error.isInUse
    {
      guard try isPassing(database) else { throw error }
      try dropSubscriptions(in: database)
      try shutOut(database)
      try maintenanceConnection().execute("DROP DATABASE \(database.asIdentifier)")
    }
  }

  /// Drops a database of ours, if possible.
  /// - Returns: a remark about a database that stays.
  func dropIfPossible(_ database: String) -> [String] {
    do {
      try drop(database)
      return []
    } catch {
      return ["the database \(database) could not be dropped and stays: \(error)"]
    }
  }

  /// Renames a database and opens it.
  func rename(_ database: String, to name: String) throws {
    let connection =
      database == live ? try maintenance.outside(besides: [database, name]) : try maintenanceConnection()
    if try !isClosed(database) { try shutOut(database, connection) }
    try inTransaction(
      [
        "ALTER DATABASE \(database.asIdentifier) RENAME TO \(name.asIdentifier)",
        "ALTER DATABASE \(name.asIdentifier) ALLOW_CONNECTIONS true",
      ], connection)
    maintenance.tidyUp()
  }

  /// Renames a closed database, which stays closed.
  func renameClosed(_ database: String, to name: String) throws {
    try inTransaction(["ALTER DATABASE \(database.asIdentifier) RENAME TO \(name.asIdentifier)"])
  }

  /// Makes sure that everything written to a database of ours so far survives a crash of the server.
  func makeDurable(_ database: String) throws {
    try inTransaction(["ALTER DATABASE \(database.asIdentifier) ALLOW_CONNECTIONS true"])
  }

  /// Whether the server itself needs the database.
  func isSystem(_ database: String) throws -> Bool {
    let row = try maintenanceConnection().query(
      "SELECT datistemplate FROM pg_database WHERE datname = $1", [database]
    ).first
    return row?[0] == "t" || database == "postgres"
  }

  /// Gives `incoming` the live name and `live` the name `aside`, in one transaction. Afterwards the live database is open
  /// and the one aside is closed to all sessions. `checkSwappable` must be called before.
  func swap(incoming: String, live: String, aside: String) throws {
    let connection = try maintenance.outside(besides: [incoming, live])
    if try !isClosed(incoming) { try shutOut(incoming, connection) }
    try close(live, connection)
    do {
      try inTransaction(
        [
          "ALTER DATABASE \(live.asIdentifier) RENAME TO \(aside.asIdentifier)",
          "ALTER DATABASE \(incoming.asIdentifier) RENAME TO \(live.asIdentifier)",
          "ALTER DATABASE \(live.asIdentifier) ALLOW_CONNECTIONS true",
        ], connection)
    } catch {
      try? connection.execute("ALTER DATABASE \(live.asIdentifier) ALLOW_CONNECTIONS true")
      throw error
    }
    maintenance.tidyUp()
  }

  /// Checks everything that can be refused, before any session is ended.
  func checkSwappable(incoming: String, live: String) throws {
    let connection = try maintenance.outside(besides: [incoming, live])
    try checkUnprepared(live)
    try checkMayRename([incoming, live], connection)
    try awaitUnendable(in: live, connection)
  }

  /// Renaming needs the right to create databases as well as ownership of the renamed one.
  private func checkMayRename(_ names: [String], _ connection: Connection) throws {
    let rows = try connection.query(
      """
      SELECT r.rolname, r.rolsuper OR r.rolcreatedb, d.datname, pg_get_userbyid(d.datdba) FROM pg_roles r
      LEFT JOIN pg_database d ON d.datname = ANY ($1::text[]) AND NOT pg_has_role(d.datdba, 'USAGE')
      WHERE r.rolname = current_user
      """, [names.asArray])
    if rows.first?[1] != "t" { throw DatabaseProblem.cannotCreate(rows.first?[0] ?? "") }
    if let database = rows.first?[2] {
      throw DatabaseProblem.notOwner(database: database, owner: rows.first?[3] ?? "")
    }
  }

  /// To be run in a transaction: its commit, and everything that was written on the server before, then survives a crash,
  /// whatever the server's settings are. What it did can be recorded as done.
  static let durably =
    "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"

  private func inTransaction(_ statements: [String], _ given: Connection? = nil) throws {
    let connection = try given ?? maintenanceConnection()
    try connection.execute("BEGIN")
    do {
      _ = try connection.query(Self.durably)
      for statement in statements { try connection.execute(statement) }
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }
}
