// A PostgreSQL database as a data source: where it is, how to reach it, what it can do.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres

package enum DatabaseProblem: Error, Sendable, CustomStringConvertible {
  case locked(seconds: Int, holders: [String])
  case pooled(String)
  case otherServer(recorded: String, present: String)
  case otherDatabase(recorded: String, present: String)
  case slots([String])
  case subscriptions([String])
  case notOwner(database: String, owner: String)
  case inRecovery(String)
  case mismatch([String])
  case transactionLost(String)
  case changedSinceRescue([String])
  case changedSinceRestore([String])
  case retainedMissing(String)
  case renamedMeanwhile(String)
  case stillConnected(database: String, sessions: [String])
  case documentMissing
  case targetExists(String)
  case targetIsLive(String)
  case targetIsSystem(String)
  case invalidName(String)
  case cannotCreate(String)
  case cloneChanged(String)
  case incomingMissing(String)
  case noSuchSchema(String, database: String)
  /// “schema” or “table”
  case notRecorded(String, String)
  case noSuchColumn(option: String, String)
  case ambiguous(option: String, String)
  /// What `--rename` says, and what it leads to that is not there.
  case notRenamed(String, missing: String)
  case doesNotFit([String])
  case inconvertible(column: String, from: String, to: String, reason: String)
  case dependents([String])
  /// Of a part: what can only be restored with more than the part.
  case inseparable([String])
  case notDropped([String])
  /// Of excluded tables: what cannot be without them.
  case excludedNeeded([String])
  case otherPlace(begun: String, present: String)
  case missingRoles([String])
  case missingExtensions([String])
  case cloneInUse(String)
  case notRestorable([Unrestored])
  case noClone(String)
  case prepared([PreparedTransaction], database: String)
  case notLetIn(String)
  case noWayOutside(String)
  case neededByOthers([String])
  case ownedByOthers([String])
  case notReadable([String])
  case notMember([String])

  package var description: String {
    switch self {
    case .locked(let seconds, _):
      "some tables stayed locked for \(seconds) s"
    case .pooled(let name): "\(name) is reached through a pooler (PgBouncer?), which breaks shared snapshots"
    case .otherServer(let recorded, let present):
      "the checkpoint belongs to the server with system identifier \(recorded), this one has \(present)"
    case .otherDatabase(let recorded, let present):
      "the checkpoint belongs to the database \(recorded), the project's database is \(present)"
    case .slots(let names):
      "the database has logical replication slots (\(names.joined(separator: ", "))), which would stay behind"
    case .subscriptions(let names):
      "the database has subscriptions (\(names.joined(separator: ", "))), which would stay behind"
    case .notOwner(let database, let owner): "only \(owner), the owner of \(database), may replace it"
    case .inRecovery(let name): "the server of \(name) is a standby, which accepts no changes"
    case .transactionLost(let section):
      "the section \(section) of the archive ended the transaction it ran in"
    case .mismatch(let tables):
      "what was restored is not what was recorded: \(tables.joined(separator: ", "))"
    case .changedSinceRestore(let tables):
      "the database was written to since it was restored: \(tables.joined(separator: ", "))"
    case .changedSinceRescue(let tables):
      "somebody wrote to the database while it was being rescued: \(tables.joined(separator: ", "))"
    case .retainedMissing(let name): "the database \(name), which holds the replaced contents, is gone"
    case .renamedMeanwhile(let name):
      "the database \(name) was replaced or renamed by somebody else meanwhile"
    case .stillConnected(let database, let sessions):
      "sessions stay connected to \(database): \(sessions.joined(separator: ", "))"
    case .documentMissing: "this checkpoint holds no copy of the database"
    case .targetExists(let name): "the database \(name) exists already"
    case .targetIsSystem(let name): "\(name) belongs to the server itself"
    case .invalidName(let name): "“\(name)” cannot name a database: names have 1 to 63 bytes"
    case .targetIsLive(let name): "\(name) is the project's own database"
    case .notRecorded(let what, let name): "the checkpoint holds no \(what) “\(name)”"
    case .noSuchColumn(let option, let name): "\(option) names “\(name)”, which does not exist"
    case .notRenamed(let words, let missing): "--rename \(words): there is no \(missing) today"
    case .ambiguous(let option, let name): "\(option) names “\(name)”, which can mean several things"
    case .doesNotFit(let problems): "the recorded rows do not fit: \(problems.joined(separator: "; "))"
    case .inconvertible(let column, let from, let to, let reason):
      "\(column) cannot be converted from \(from) to \(to): \(reason)"
    case .dependents(let names):
      "other objects depend on what would be replaced: \(names.joined(separator: ", "))"
    case .excludedNeeded(let names):
      "the checkpoint could not be restored without what excludeTable or excludeTableData leaves out: "
        + "it is needed by \(names.joined(separator: ", "))"
    case .otherPlace(let begun, let present):
      "the operation was begun on the database \(begun), and this is another one (\(present))"
    case .inseparable(let names):
      "this part cannot be replaced by itself: \(names.joined(separator: ", "))"
    case .notDropped(let names): "these objects cannot be dropped: \(names.joined(separator: ", "))"
    case .missingRoles(let names):
      "roles that own something or have privileges there do not exist on this server: \(names.joined(separator: ", "))"
    case .missingExtensions(let names):
      "extensions are not installed on this server: \(names.joined(separator: ", "))"
    case .noClone(let reason): "\(reason), so there can be no restored clone"
    case .notRestorable(let left):
      "\(left.count == 1 ? "1 object" : "\(left.count) objects") of the checkpoint cannot be restored here: "
        + left.prefix(3).map(\.description).joined(separator: "; ") + (left.count > 3 ? "; …" : "")
    case .cloneInUse(let name): "others connect to \(name) again and again while it is being made"
    case .noSuchSchema(let name, let database): "no schema of \(database) is called “\(name)”"
    case .incomingMissing(let name): "the restored database \(name) is gone, so this cannot be continued"
    case .cloneChanged(let name): "the warm clone \(name) was opened or altered by somebody meanwhile"
    case .prepared(let transactions, let database):
      "\(database) has prepared transactions, which keep it from being replaced: "
        + transactions.map(\.description).joined(separator: ", ")
    case .notLetIn(let reason): "the server does not let this user into a new database: \(reason)"
    case .neededByOthers(let names):
      "what would be replaced belongs to other roles, or is needed by what does: \(names.joined(separator: ", "))"
    case .ownedByOthers(let names): "what would be replaced belongs to other roles: \(Self.listed(names))"
    case .notReadable(let names): "the database user may not read \(Self.listed(names))"
    case .notMember(let roles):
      "what is to be restored belongs to roles that the database user is no member of: "
        + roles.joined(separator: ", ")
    case .noWayOutside(let name):
      "no other database of the server lets us in, and \(name) can only be renamed from another one"
    case .cannotCreate(let user): "the user \(user) may not create databases"
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
  }
}

package struct PostgreSQLSource: DataSource {
  package static let typeName = "postgresql"

  package struct Limits: Sendable {
    /// Seconds.
    package var connect = 10
    package var lock = 10
    /// Connections that read or write rows at the same time.
    package var jobs = 4

    package init() {}

    package init(_ settings: Settings) throws {
      connect = try settings[.connectTimeout]
      lock = try settings[.lockTimeout]
      jobs = try settings[.jobs]
    }
  }

  package let name: String
  package let type = Self.typeName
  package let located: LocatedDatabase
  package let limits: Limits
  /// Of the operation that it is used for; nil if none has a name.
  let token: String?

  package init(_ located: LocatedDatabase, limits: Limits) { self.init(located, limits: limits, token: nil) }

  private init(_ located: LocatedDatabase, limits: Limits, token: String?) {
    (self.name, self.located, self.limits, self.token) = (located.name, located, limits, token)
  }

  package func openSnapshot() throws -> any DataSourceSnapshot {
    try DatabaseSnapshot(self)
  }

  package func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration {
    let named = named(for: context.token)
    if context.isResuming { try named.takeOver() }
    return try named.restoration(record, context)
  }

  package func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool {
    let (first, second) = (try Self.document(of: one, in: store), try Self.document(of: other, in: store))
    return try first.isSameDatabase(as: second) && ArchiveComparison.isSame(first, second, in: store)
  }

  /// The same source with connections that can be told from all others on the server: those of a killed
  /// process live on until what they do is done.
  func named(for token: String) -> PostgreSQLSource {
    var located = located
    located.parameters.values["application_name"] = "checkpoint \(token) \(name)"
    return PostgreSQLSource(located, limits: limits, token: token)
  }

  /// What `--data-only` would do, its conversions tried on the rows.
  package func plan(
    _ record: SourceRecord, _ request: DatabaseRequest, in store: Store, progress: any ProgressReporter
  ) throws -> (lines: [String], problems: [String], suggestions: [String]) {
    let token = "plan_\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    let context = RestoreContext(
      store: store, token: token, isResuming: false, removesOthers: false, isLeftAlone: { _ in false },
      wasIgnored: { _ in false }, progress: progress, request: request)
    let (access, document) = (try ServerAccess(named(for: token)), try Self.document(of: record, in: store))
    if !request.isForced && request.destination == nil { try access.check(binding: document) }
    let plan = try DataRestoration.plan(document, access, request)
    let restoration = try DataRestoration(document, plan, access: access, context: context)
    // Exceptions come first.
    let changes = plan.problems.isEmpty ? try restoration.rehearse() : []
    return (restoration.firing + changes + DataPlanText.lines(plan), plan.problems, plan.suggestions)
  }

  /// The same source with no more workers than so many, and at least one.
  func limited(to jobs: Int) -> PostgreSQLSource {
    var limits = limits
    limits.jobs = max(1, min(limits.jobs, jobs))
    return PostgreSQLSource(located, limits: limits, token: token)
  }

  /// The same source, of which something else is recorded.
  func recording(_ selection: DatabaseSelection) -> PostgreSQLSource {
    var located = located
    located.selection = selection
    return PostgreSQLSource(located, limits: limits, token: token)
  }

  private func restoration(_ record: SourceRecord, _ context: RestoreContext) throws -> any SourceRestoration
  {
    let access = try ServerAccess(self, isResuming: context.isResuming)
    if let retained = record.retained, try record.document == nil || isThere(retained, access, context) {
      if let live = retained.live, !live.hasSameBytes(as: access.live) {
        throw DatabaseProblem.otherDatabase(recorded: live, present: access.live)
      }
      return try SwapRestoration(.retained(retained), record: record, access: access, context: context)
    }
    let (document, request) = (try Self.document(of: record, in: context.store), context.request)
    if !request.isForced && request.destination == nil { try access.check(binding: document) }
    // Rights may have been given or taken since it was begun.
    var obstacle = try context.begun == nil ? access.swapObstacle() : nil
    let swaps = context.begun.map(SwapRestoration.isState) ?? (obstacle == nil)
    if let clone = context.clone, request.isWhole, swaps, document.isDatabase,
      try access.condition(of: clone) == .intact
    {
      return try SwapRestoration(.warm(document, clone), record: record, access: access, context: context)
    }
    // What follows is done through the database itself.
    if !swaps { access.maintenance.close() }
    if request.part.contents == .data || document.selection?.rowsOf?.contents == .data {
      return try DataRestoration(document, access: access, context: context)
    }
    if !context.isResuming { try access.checkProvides(document, for: request) }
    if let part = request.part.isSelective ? request.part : document.selection?.part {
      return try PartRestoration(document, part, access: access, context: context)
    }
    if swaps && context.begun == nil {
      try access.checkReplaceable()
      let contents = try ArchiveContents.read(document, ChunkReader(context.store))
      obstacle =
        try ExtensionsToKeep(document, context.store, access).obstacle
        ?? access.ownerObstacle(contents, request) ?? access.obstacle(to: context.token)
    }
    if swaps && obstacle == nil {
      return try SwapRestoration(.recorded(document), record: record, access: access, context: context)
    }
    return try InPlaceRestoration(document, access: access, context: context, because: obstacle)
  }

  /// Only after a kill behind the swap it has the live name already.
  private func isThere(
    _ retained: RetainedDatabase, _ access: ServerAccess, _ context: RestoreContext
  ) throws -> Bool {
    try (context.isResuming && access.liveOID == retained.oid)
      || access.holds(retained)
  }

  /// Ends what a killed process left running on the server, and opens the database if it left it closed.
  private func takeOver() throws {
    let access = try ServerAccess(self, isResuming: true)
    let deadline = MonotonicTime.now + Double(limits.lock)
    let name = located.parameters.values["application_name"]
    while MonotonicTime.now < deadline {
      let ended = try access.maintenanceConnection().query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()",
        [name])
      if ended.isEmpty { break }
      usleep(20_000)
    }
    // Without the right to do it, what follows says so.
    do { try access.reopen(access.live) } catch let error as DatabaseError where error.isPermission {}
  }

  /// The recorded tables, with their text in bytes.
  package static func tables(
    of record: SourceRecord, in store: Store
  ) throws -> [(name: String, rowCount: Int, byteCount: Int)] {
    if record.document == nil { return [] }
    let document = try document(of: record, in: store)
    return document.tables.enumerated().map { index, table in
      (table.tableName.display, document.rowCount(ofTable: index), document.streams[index + 1].byteCount)
    }
  }

  static func document(of record: SourceRecord, in store: Store) throws -> DatabaseDocument {
    guard let id = record.document else { throw DatabaseProblem.documentMissing }
    return try ChunkReader(store).document(DatabaseDocument.self, id)
  }

  /// A connection to the database itself.
  func connect() throws -> Connection {
    // A server counts a session for moments after it has ended.
    let connection = try ConnectionSupply.awaitingRoom(ConnectionSupply.shortPatience) {
      try Connection.open(located.parameters, timeout: limits.connect)
    }
    // A pooler hands out a process number of its own.
    let process = try connection.query("SELECT pg_backend_pid()").first?[0]
    if process != "\(connection.processID)" { throw DatabaseProblem.pooled("\(located.parameters)") }
    return connection
  }
}
