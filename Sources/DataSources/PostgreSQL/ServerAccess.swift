// The server seen from its maintenance database: rights, names of databases, making and dropping them,
// and the one transaction that swaps two names.

import Checkpoints
import Codecs
import FileSystem
import Glibc
import Postgres

final class ServerAccess {
  let source: PostgreSQLSource
  /// The project's database, by the name that it has on the server.
  let live: String
  /// The server's own number for it; nil where it does not exist.
  let liveOID: String?
  let systemIdentifier: String
  let serverMajor: Int
  /// For instance 150020 for 15.20.
  let serverVersion: Int
  let canCreateDatabases: Bool
  private let user: String
  private let owner: String
  private let mayReplace: Bool
  private let slots: [String]
  private let subscriptions: [String]
  let publications: [String]
  private var maintenance: Connection?

  init(_ source: PostgreSQLSource) throws {
    self.source = source
    let connection: Connection
    do {
      connection = try source.connect()
      live = connection.databaseName
    } catch let error as DatabaseError where error.isMissingDatabase {
      // Somebody dropped it: then it is made anew, and there is nothing to move aside.
      guard let name = source.located.parameters.database,
        let other = Self.maintenanceConnection(source, besides: name)
      else { throw error }
      (connection, live) = (other, name)
    }
    user = connection.userName
    serverMajor = connection.serverMajorVersion
    serverVersion = connection.serverVersion
    systemIdentifier = try DatabaseCatalog.systemIdentifier(connection)
    let row =
      try connection.query(
        """
        SELECT r.rolsuper OR r.rolcreatedb, pg_get_userbyid(d.datdba),
          d.oid IS NULL OR r.rolsuper OR pg_has_role(d.datdba, 'USAGE'), d.oid, pg_is_in_recovery()
        FROM pg_roles r LEFT JOIN pg_database d ON d.datname = $1 WHERE r.rolname = current_user
        """, [live]
      ).first ?? []
    guard row.count == 5 else { throw DatabaseProblem.renamedMeanwhile(live) }
    if row[4] == "t" { throw DatabaseProblem.inRecovery(live) }
    canCreateDatabases = row[0] == "t"
    owner = row[1] ?? ""
    mayReplace = row[2] == "t"
    liveOID = row[3]
    slots = try connection.query(
      "SELECT slot_name FROM pg_replication_slots WHERE database = $1", [live]
    ).compactMap { $0[0] }
    publications = try connection.query(
      "SELECT pubname FROM pg_publication WHERE current_database() = $1", [live]
    ).compactMap { $0[0] }
    subscriptions = try connection.query(
      "SELECT subname FROM pg_subscription WHERE subdbid = $1::oid", [liveOID]
    ).compactMap { $0[0] }
  }

  private static func maintenanceConnection(_ source: PostgreSQLSource, besides live: String) -> Connection? {
    ["postgres", "template1"].lazy.filter { $0 != live }.compactMap { name in
      try? Connection.open(source.located.parameters.with(database: name), timeout: source.limits.connect)
    }.first
  }

  /// A checkpoint goes back to the server and the database that it was taken from, and to no other.
  func check(binding document: DatabaseDocument) throws {
    if document.server.systemIdentifier != systemIdentifier {
      throw DatabaseProblem.otherServer(
        recorded: document.server.systemIdentifier, present: systemIdentifier)
    }
    if !document.database.name.hasSameBytes(as: live) {
      throw DatabaseProblem.otherDatabase(recorded: document.database.name, present: live)
    }
  }

  /// What definitions need and what only whoever runs the server can provide.
  func checkProvides(_ document: DatabaseDocument, for request: DatabaseRequest) throws {
    let connection = try liveOID == nil ? maintenanceConnection() : source.connect()
    let available = Set(
      try connection.query("SELECT name FROM pg_available_extensions").compactMap { $0[0] })
    let missing = document.extensions.filter { !available.contains($0) }
    if !missing.isEmpty { throw DatabaseProblem.missingExtensions(missing) }
    if request.leavesOwnersOut && request.leavesPrivilegesOut { return }
    let roles = Set(try connection.query("SELECT rolname FROM pg_roles").compactMap { $0[0] })
    let gone = (document.roles ?? []).filter { !roles.contains($0) }
    if !gone.isEmpty { throw DatabaseProblem.missingRoles(gone) }
  }

  /// What a swap needs and what it would leave behind.
  func checkReplaceable() throws {
    if !mayReplace { throw DatabaseProblem.notOwner(database: live, owner: owner) }
    try checkUnattached()
  }

  /// Replication knows the tables themselves, which a restore makes anew.
  func checkUnattached() throws {
    if !slots.isEmpty { throw DatabaseProblem.slots(slots) }
    if !subscriptions.isEmpty { throw DatabaseProblem.subscriptions(subscriptions) }
  }

  func checkCanCreate() throws {
    if !canCreateDatabases { throw DatabaseProblem.cannotCreate(user) }
  }

  /// pg_dump and pg_restore that fit the server.
  func clientPrograms() throws -> ClientPrograms {
    try ClientPrograms.locate(serverMajor: serverMajor, prefix: source.located.clientPrefix)
  }

  var parameters: ConnectionParameters { source.located.parameters }

  func connect(to database: String) throws -> Connection {
    try Connection.open(parameters.with(database: database), timeout: source.limits.connect)
  }

  /// A connection to a database that is not the one to be renamed.
  func maintenanceConnection() throws -> Connection {
    // A server that was restarted meanwhile has closed it.
    if let maintenance, (try? maintenance.query("SELECT 1")) != nil { return maintenance }
    var failure: (any Error)?
    for name in ["postgres", "template1"] where name != live {
      do {
        let connection = try connect(to: name)
        maintenance = connection
        return connection
      } catch { failure = failure ?? error }
    }
    throw failure ?? DatabaseProblem.retainedMissing("postgres")
  }

  /// nil where no database has the name.
  func oid(of database: String) throws -> String? {
    try maintenanceConnection().query("SELECT oid FROM pg_database WHERE datname = $1", [database]).first?[0]
  }

  /// nil where there is none with the number.
  func name(ofOID oid: String) throws -> String? {
    try maintenanceConnection().query("SELECT datname FROM pg_database WHERE oid = $1::oid", [oid]).first?[0]
  }

  /// What the server's entry of a closed database bears: the number of the transaction that wrote it. Nobody gets into
  /// the database without opening it, and opening it writes the entry anew. Settings and the comment, which are in
  /// catalogs of their own, are part of it.
  /// - Returns: nil for one that is open, or not there.
  func seal(of database: String, oid: String) throws -> String? {
    try maintenanceConnection().query(
      """
      SELECT d.xmin || ':' || md5(concat_ws('|', shobj_description(d.oid, 'pg_database'), (
        SELECT string_agg(concat_ws('=', s.setrole, s.setconfig), ';' ORDER BY s.setrole)
        FROM pg_db_role_setting s WHERE s.setdatabase = d.oid)))
      FROM pg_database d WHERE d.datname = $1 AND d.oid = $2::oid AND NOT d.datallowconn
      """, [database, oid]
    ).first?[0]
  }

  /// How many rows were ever written in a database; the server counts a session's at its end, if not before.
  func writeCount(in database: String) throws -> String? {
    try maintenanceConnection().query(
      "SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = $1", [database]
    ).first?[0]
  }

  func byteCount(of database: String) throws -> Int {
    let row = try maintenanceConnection().query("SELECT pg_database_size($1::name)", [database]).first
    return row?[0].flatMap { Int($0) } ?? 0
  }

  /// A name for a database of ours: the live one's, cut so that the whole fits PostgreSQL's 63 bytes.
  func derivedName(_ purpose: String, token: String) -> String {
    let suffix = "_\(purpose)_\(token)"
    if live.utf8.count + suffix.utf8.count <= 63 { return live + suffix }
    // Names that begin alike must not end alike.
    let mark = "~" + SHA256.digest(Array(live.utf8)).hexadecimal.prefix(6)
    var stem = live
    while stem.utf8.count + mark.utf8.count + suffix.utf8.count > 63 { stem.removeLast() }
    return stem + mark + suffix
  }

  /// Databases of ours, by the purpose and the token in their names.
  func databases(for purpose: String) throws -> [(name: String, token: String)] {
    let token = "[0-9]{8}_[0-9]{6}_[0-9a-f]+$"
    let rows = try maintenanceConnection().query(
      "SELECT datname, substring(datname FROM $1) FROM pg_database WHERE datname ~ $2 ORDER BY 1",
      [token, "_\(purpose)_\(token)"])
    return rows.compactMap { row in
      guard let name = row[0], let token = row[1], name == derivedName(purpose, token: token) else {
        return nil
      }
      return (name, token)
    }
  }

  /// Drops half-made databases of processes that are dead. A living one has a connection that bears its token.
  func dropAbandoned() throws {
    for (name, token) in try databases(for: "restoring") {
      let isAbandoned = try maintenanceConnection().query(
        """
        SELECT FROM pg_database WHERE datname = $1 AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (
          SELECT FROM pg_stat_activity WHERE starts_with(application_name, $2))
        """, [name, "checkpoint \(token)"])
      // It is only tidying up: somebody else may be dropping the same one.
      if !isAbandoned.isEmpty { do { try drop(name) } catch is DatabaseError { maintenance = nil } }
    }
  }

  func drop(_ database: String) throws {
    let limit = try maintenanceConnection().query(
      "SELECT datconnlimit FROM pg_database WHERE datname = $1", [database])
    guard let limit = limit.first?[0] else { return }
    // One whose dropping was interrupted (-2) can only be dropped, not altered, and nobody is in it.
    if limit != "-2" { try shutOut(database) }
    try maintenanceConnection().execute("DROP DATABASE \(database.asIdentifier)")
  }

  // MARK: The swap

  func setConnections(allowed: Bool, to database: String) throws {
    try maintenanceConnection().execute(
      "ALTER DATABASE \(database.asIdentifier) ALLOW_CONNECTIONS \(allowed)")
  }

  /// Lets nobody in, ends who is in, and waits until they are gone.
  /// - Throws: `DatabaseProblem.stillConnected` after 10 s; the database is open again then.
  /// - Returns: whether somebody else than this operation was in it.
  @discardableResult
  func shutOut(_ database: String) throws -> Bool {
    let connection = try maintenanceConnection()
    var wasBusy = false
    try setConnections(allowed: false, to: database)
    do {
      let deadline = MonotonicTime.now + 10
      while true {
        // Renaming and dropping end autovacuum's workers by themselves, and only superusers may do it otherwise.
        // They have no user; what kind of process others are, is shown to their own users only.
        let sessions = try connection.query(
          """
          SELECT pid, coalesce(usename, '?'), coalesce(application_name, '') FROM pg_stat_activity
          WHERE datname = $1 AND usesysid IS NOT NULL
          """, [database])
        if sessions.isEmpty { return wasBusy }
        wasBusy = wasBusy || sessions.contains { $0[2] != parameters.values["application_name"] }
        if MonotonicTime.now > deadline {
          throw DatabaseProblem.stillConnected(
            database: database, sessions: sessions.map { $0.map { $0 ?? "" }.joined(separator: " ") })
        }
        for session in sessions {
          // A session that we may not end can still end by itself before the deadline.
          _ = try? connection.query("SELECT pg_terminate_backend($1::int)", [session[0]])
        }
        usleep(2_000)
      }
    } catch {
      try? setConnections(allowed: true, to: database)
      throw error
    }
  }

  /// The database is open afterwards.
  func rename(_ database: String, to name: String) throws {
    if try !isClosed(database) { try shutOut(database) }
    try inTransaction([
      "ALTER DATABASE \(database.asIdentifier) RENAME TO \(name.asIdentifier)",
      "ALTER DATABASE \(name.asIdentifier) ALLOW_CONNECTIONS true",
    ])
  }

  /// Gives a closed database another name. It stays closed.
  func renameClosed(_ database: String, to name: String) throws {
    try inTransaction(["ALTER DATABASE \(database.asIdentifier) RENAME TO \(name.asIdentifier)"])
  }

  /// What was written to a database of ours so far survives a crash of the server.
  func makeDurable(_ database: String) throws {
    try inTransaction(["ALTER DATABASE \(database.asIdentifier) ALLOW_CONNECTIONS true"])
  }

  /// Nobody is in it, and nobody can get in.
  private func isClosed(_ database: String) throws -> Bool {
    try maintenanceConnection().query(
      """
      SELECT NOT datallowconn AND NOT EXISTS (
        SELECT FROM pg_stat_activity a WHERE a.datid = d.oid AND usesysid IS NOT NULL)
      FROM pg_database d WHERE datname = $1
      """, [database]
    ).first?[0] == "t"
  }

  /// Databases that the server itself needs.
  func isSystem(_ database: String) throws -> Bool {
    let row = try maintenanceConnection().query(
      "SELECT datistemplate FROM pg_database WHERE datname = $1", [database]
    ).first
    return row?[0] == "t" || database == "postgres"
  }

  /// Gives `incoming` the live name and `live` the name `aside`, in one transaction. Afterwards the live
  /// database is open and the one aside is closed to everybody.
  func swap(incoming: String, live: String, aside: String) throws {
    if try !isClosed(incoming) { try shutOut(incoming) }
    try shutOut(live)
    do {
      try inTransaction([
        "ALTER DATABASE \(live.asIdentifier) RENAME TO \(aside.asIdentifier)",
        "ALTER DATABASE \(incoming.asIdentifier) RENAME TO \(live.asIdentifier)",
        "ALTER DATABASE \(live.asIdentifier) ALLOW_CONNECTIONS true",
      ])
    } catch {
      try? setConnections(allowed: true, to: live)
      throw error
    }
  }

  /// Within a transaction: its commit, and with it everything that was written on the server before, survives a crash, even
  /// where the server's settings do without. What is done then is written down as done.
  static let durably =
    "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"

  private func inTransaction(_ statements: [String]) throws {
    let connection = try maintenanceConnection()
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
