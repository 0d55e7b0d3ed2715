// The server of the project's database: questions about it, and the names of our databases there.

import Checkpoints
import Codecs
import FileSystem
import Glibc
import Postgres

final class ServerAccess {
  let source: PostgreSQLSource
  /// The name of the project's database on the server.
  let live: String
  /// Its OID; nil if it does not exist.
  let liveOID: String?
  let systemIdentifier: String
  let serverMajor: Int
  /// For instance 150020 for 15.20.
  let serverVersion: Int
  private let slots: [String]
  private let subscriptions: [String]
  let publications: [String]
  let maintenance: MaintenanceAccess
  /// The rights when they were first queried; they are queried again before the swap.
  private var knownRights: Rights?

  /// - Parameter isResuming: whether an operation is continued, which must be possible even if the database lets no session
  ///   in any more.
  init(_ source: PostgreSQLSource, isResuming: Bool = false) throws {
    self.source = source
    let connection: Connection
    do {
      connection = try source.connect()
      live = connection.databaseName
    } catch let error as DatabaseError
      where error.isMissingDatabase || isResuming && (error.isPermission || error.isClosedDatabase)
    {
      // The database was dropped: then it is created again, and there is nothing to move aside.
      guard let name = source.located.parameters.database,
        let other = MaintenanceAccess.usual(source, besides: name)
      else { throw error }
      (connection, live) = (other, name)
    }
    let name = live
    let ownName = source.token.map { Self.derivedName(name, .entering, token: $0) }
    maintenance = MaintenanceAccess(source, live: name, ownName: ownName)
    serverMajor = connection.serverMajorVersion
    serverVersion = connection.serverVersion
    systemIdentifier = try DatabaseCatalog.systemIdentifier(connection)
    let rows = try connection.query(
      """
      SELECT 'standby', '' WHERE pg_is_in_recovery()
      UNION ALL SELECT 'database', oid::text FROM pg_database WHERE datname = $1
      UNION ALL SELECT 'slot', slot_name::text FROM pg_get_replication_slots()
      WHERE datoid = (SELECT oid FROM pg_database WHERE datname = $1)
      UNION ALL SELECT 'publication', pubname::text FROM pg_publication WHERE current_database() = $1
      UNION ALL SELECT 'subscription', subname::text FROM pg_subscription
      WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = $1)
      """, [live])
    func named(_ kind: String) -> [String] { rows.filter { $0[0] == kind }.compactMap { $0[1] } }
    if !named("standby").isEmpty { throw DatabaseProblem.inRecovery(live) }
    liveOID = named("database").first
    (slots, publications, subscriptions) = (named("slot"), named("publication"), named("subscription"))
  }

  func rights() throws -> Rights {
    let rights = try knownRights ?? askedRights()
    knownRights = rights
    return rights
  }

  /// Refuses a checkpoint that was taken from another server or database.
  func check(binding document: DatabaseDocument) throws {
    if document.server.systemIdentifier != systemIdentifier {
      throw DatabaseProblem.otherServer(
        recorded: document.server.systemIdentifier, present: systemIdentifier)
    }
    if !document.database.name.hasSameBytes(as: live) {
      throw DatabaseProblem.otherDatabase(recorded: document.database.name, present: live)
    }
  }

  /// Requires what definitions need and only the server's administrator can provide.
  func checkProvides(_ document: DatabaseDocument, for request: DatabaseRequest) throws {
    let connection = try liveOID == nil ? maintenanceConnection() : source.connect()
    let available = Set(
      try connection.query("SELECT name FROM pg_available_extensions").compactMap { $0[0] })
    let missing = document.extensions.filter { !available.contains($0) }
    if !missing.isEmpty { throw DatabaseProblem.missingExtensions(missing) }
    if request.leavesOwnersOut && request.leavesPrivilegesOut { return }
    let gone = try Self.missing(document.roles ?? [], connection)
    if !gone.isEmpty { throw DatabaseProblem.missingRoles(gone) }
  }

  private static func missing(_ roles: [String], _ connection: Connection) throws -> [String] {
    let present = Set(try connection.query("SELECT rolname FROM pg_roles").compactMap { $0[0] })
    return roles.filter { !present.contains($0) }
  }

  /// Recorded roles that no longer exist.
  func missingRoles(_ document: DatabaseDocument) throws -> [String] {
    try Self.missing(document.roles ?? [], maintenanceConnection())
  }

  /// Refuses a database with replication slots: replication refers to the tables themselves, which a restore replaces.
  func checkUnattached() throws {
    if !slots.isEmpty { throw DatabaseProblem.slots(slots) }
    if !subscriptions.isEmpty { throw DatabaseProblem.subscriptions(subscriptions) }
  }

  /// Versions of pg_dump and pg_restore that work with the server.
  func clientPrograms() throws -> ClientPrograms {
    try ClientPrograms.locate(serverMajor: serverMajor, prefix: source.located.clientPrefix)
  }

  var parameters: ConnectionParameters { source.located.parameters }

  func connect(to database: String) throws -> Connection {
    try ConnectionSupply.awaitingRoom(ConnectionSupply.shortPatience) {
      try Connection.open(parameters.with(database: database), timeout: source.limits.connect)
    }
  }

  /// A connection to any database of the server.
  func maintenanceConnection() throws -> Connection { try maintenance.connection() }

  /// nil if no database has the name.
  func oid(of database: String) throws -> String? {
    try maintenanceConnection().query("SELECT oid FROM pg_database WHERE datname = $1", [database]).first?[0]
  }

  /// nil if no database has the OID.
  func name(ofOID oid: String) throws -> String? {
    try maintenanceConnection().query("SELECT datname FROM pg_database WHERE oid = $1::oid", [oid]).first?[0]
  }

  /// The seal of a closed database: the number of the transaction that wrote its entry in the server's catalog. A session
  /// can enter the database only after it is opened, which rewrites the entry. Settings and the comment, which are in other
  /// catalogs, are included.
  /// - Returns: nil if the database is open, or does not exist.
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

  /// The number of rows ever written in a database. The server counts a session's rows at its end, if not before.
  func writeCount(in database: String) throws -> String? {
    try maintenanceConnection().query(
      "SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = $1", [database]
    ).first?[0]
  }

  func byteCount(of database: String) throws -> Int {
    let row = try maintenanceConnection().query("SELECT pg_database_size($1::name)", [database]).first
    return row?[0].flatMap { Int($0) } ?? 0
  }

  /// A name for a database of ours: the live one's, cut so that the whole name fits into PostgreSQL's 63 bytes.
  func derivedName(_ purpose: DatabasePurpose, token: String) -> String {
    Self.derivedName(live, purpose, token: token)
  }

  private static func derivedName(_ live: String, _ purpose: DatabasePurpose, token: String) -> String {
    let suffix = "_\(purpose.rawValue)_\(token)"
    if live.utf8.count + suffix.utf8.count <= 63 { return live + suffix }
    // Long names with the same beginning must not give the same name.
    let mark = "~" + SHA256.digest(Array(live.utf8)).hexadecimal.prefix(6)
    var stem = live
    while stem.utf8.count + mark.utf8.count + suffix.utf8.count > 63 { stem.removeLast() }
    return stem + mark + suffix
  }

  /// Whether a name has the form that our operations give to this database's copies. Notes, journals and manifests name such
  /// databases and may have been written by others; a database with any other name is never used, renamed or dropped.
  func isDerived(_ name: String, for purposes: DatabasePurpose...) -> Bool {
    // The token has two parts and a number.
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    let token = parts.suffix(3).joined(separator: "_")
    guard parts.count > 3, OperationToken.isOne(token) else { return false }
    return purposes.contains { name.hasSameBytes(as: derivedName($0, token: token)) }
  }

  /// Whether a database that a rollback moved aside still exists.
  func holds(_ retained: RetainedDatabase) throws -> Bool {
    guard isDerived(retained.database, for: .before) else { return false }
    return try oid(of: retained.database) == retained.oid
  }

  /// Databases of ours with a purpose, and the tokens in their names.
  func databases(for purpose: DatabasePurpose) throws -> [(name: String, token: String)] {
    let token = "[0-9]{8}_[0-9]{6}_[0-9a-f]+$"
    let rows = try maintenanceConnection().query(
      "SELECT datname, substring(datname FROM $1) FROM pg_database WHERE datname ~ $2 ORDER BY 1",
      [token, "_\(purpose.rawValue)_\(token)"])
    return rows.compactMap { row in
      guard let name = row[0], let token = row[1], name == derivedName(purpose, token: token) else {
        return nil
      }
      return (name, token)
    }
  }
}
