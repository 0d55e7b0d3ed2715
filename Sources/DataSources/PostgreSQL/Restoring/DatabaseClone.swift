// A separate database that holds exactly what a checkpoint holds: restored from the store, or copied on the server from the
// live one if nothing was written to that since. Either way it is compared before it counts.

import Checkpoints
import FileSystem
import Glibc
import Postgres

struct DatabaseClone {
  /// Up to this size the server copies faster through its log, above it by whole files (measured in docs/design/warm.md).
  private static let loggedCopyBytes = 1 << 30

  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: DatabaseContext

  init(_ document: DatabaseDocument, _ access: ServerAccess, _ context: DatabaseContext) {
    (self.document, self.access, self.context) = (document, access, context)
  }

  /// A name that shows every process which operation it belongs to; if that died, the next operation drops it.
  var buildingName: String { access.derivedName(.restoring, token: context.token) }
  var warmName: String { access.derivedName(.warm, token: context.token) }

  /// Restores the document under `buildingName`. Rows are only counted, because everything is compared afterwards.
  func restore() throws -> RestoreOutcome {
    var context = context
    context.isProven = true
    return try DatabaseBuild(document, access: access, context: context, isTrial: true).build(buildingName)
  }

  /// Restores it likewise, and compares rows while they are loaded.
  func build() throws -> RestoreOutcome {
    try DatabaseBuild(document, access: access, context: context, isTrial: true).build(buildingName)
  }

  /// Copies the live database under `buildingName`, if it seems to hold what was recorded.
  /// - Returns: false if it cannot be copied, or has certainly changed; then nothing is left.
  func copy() throws -> Bool {
    guard try isUnchanged() else { return false }
    let maintenance = try access.maintenanceConnection()
    do {
      try create(maintenance)
    } catch let error as DatabaseError where !error.isDiskFull && !error.isCancelled {
      // Restoring needs less: no right to copy that database, no session in it, no unchanged version of its collation.
      return false
    }
    try document.database.giveToOwner(buildingName, maintenance)
    _ = try document.database.apply(to: buildingName, maintenance)
    return true
  }

  /// Compares the rows of every table, and everything else.
  /// - Parameter outcome: what may differ.
  func compare(_ outcome: RestoreOutcome = RestoreOutcome()) throws {
    let (parameters, limits) = (access.parameters.with(database: buildingName), access.source.limits)
    try RowLoad(
      store: context.store, encoding: document.database.encoding,
      tables: RowLoad.tables(of: document, in: context.store), progress: context.progress
    ).compareAll(jobs: limits.jobs) { try Connection.open(parameters, timeout: limits.connect) }
    try compareDefinitions(outcome)
  }

  /// - Parameter outcome: what may differ.
  func compareDefinitions(_ outcome: RestoreOutcome) throws {
    let differences = try RestoredComparison(document, access, in: context.store).differences(
      to: buildingName, outcome)
    if !differences.isEmpty { throw DatabaseProblem.mismatch(differences) }
  }

  /// Whether no transaction of the whole server has ended since the snapshot, and no session is in the database. Sequences
  /// advance without a transaction; the comparison finds that.
  private func isUnchanged() throws -> Bool {
    guard document.selection == nil, let oid = access.liveOID, oid == document.database.oid else {
      return false
    }
    let maintenance = try access.maintenanceConnection()
    let sessions = try maintenance.query(
      "SELECT FROM pg_stat_activity WHERE datid = $1::oid AND usesysid IS NOT NULL", [oid])
    return try sessions.isEmpty && isOfPresentCollation(oid, maintenance)
      && DatabaseCatalog.server(maintenance).snapshot == document.server.snapshot
  }

  /// Whether the collation has the version of the server's library. Otherwise the server refuses the copy, and indexes may
  /// be in another order.
  private func isOfPresentCollation(_ oid: String, _ connection: Connection) throws -> Bool {
    if access.serverMajor < 15 { return true }
    return try connection.query(
      """
      SELECT FROM pg_database WHERE oid = $1::oid
        AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) AND datcollversion IS NOT NULL
      """, [oid]
    ).isEmpty
  }

  private func create(_ connection: Connection) throws {
    let sql = "CREATE DATABASE \(buildingName.asIdentifier) TEMPLATE \(access.live.asIdentifier)"
    if access.serverMajor < 15 { return try connection.execute(sql) }
    if access.serverMajor >= 18 {
      // Shares blocks between the files, if the file system can; if not, the server refuses.
      try connection.execute("SET file_copy_method = 'clone'")
      let cloned: Void? = try? connection.execute(script: Array("\(sql) STRATEGY FILE_COPY".utf8))
      try connection.execute("RESET file_copy_method")
      if cloned != nil { return }
    }
    let isLarge = try access.byteCount(of: access.live) > Self.loggedCopyBytes
    try connection.execute("\(sql) STRATEGY \(isLarge ? "FILE_COPY" : "WAL_LOG")")
  }

  /// Compares what `restore` or `copy` made, closes it, and gives it the name of a warm clone.
  func keep(
    _ source: String, _ origin: WarmClone.Origin, _ outcome: RestoreOutcome = RestoreOutcome(),
    since start: Double, note: (WarmClone) throws -> Void
  ) throws -> WarmClone {
    var attempts = 0
    while true {
      let writes = try access.writeCount(in: buildingName)
      try compare(outcome)
      let wasBusy = try access.shutOut(buildingName)
      if try !wasBusy && access.writeCount(in: buildingName) == writes { break }
      // Another session was in the database, and may have changed what was already compared.
      attempts += 1
      if attempts > 3 { throw DatabaseProblem.cloneInUse(buildingName) }
      try access.setConnections(allowed: true, to: buildingName)
    }
    guard let oid = try access.oid(of: buildingName) else {
      throw DatabaseProblem.renamedMeanwhile(buildingName)
    }
    var clone = WarmClone(
      source: source, server: access.systemIdentifier, database: warmName, oid: oid, seal: nil,
      origin: origin,
      remarks: outcome.notes.isEmpty ? nil : outcome.notes, byteCount: try access.byteCount(of: buildingName),
      madeAt: access.source.clock.now(),
      seconds: MonotonicTime.now - start)
    // Noted before it gets a name from which only the checkpoint's notes show what it is.
    try note(clone)
    try access.renameClosed(buildingName, to: warmName)
    clone.seal = try access.seal(of: warmName, oid: oid)
    try note(clone)
    return clone
  }
}
