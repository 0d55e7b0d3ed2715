// Restores rows, and what is made after them, in a database that is not in use yet. Roles and servers limit connections, so
// none is open while pg_restore and the workers need theirs.

import Glibc
import Postgres
import Synchronization

struct ContentsAside {
  let document: DatabaseDocument
  let access: ServerAccess
  let context: DatabaseContext
  let definitions: Definitions
  let bound: ExtensionsOfOneDatabase
  let isSuperuser: Bool
  /// Opens a connection to the database.
  let connect: @Sendable () throws -> Connection

  /// A connection that is waited for, because the work cannot continue without it.
  private func needed() throws -> Connection { try ConnectionSupply.awaitingRoom { try connect() } }

  private var isEverything: Bool { context.request.part == DatabasePart() }
  /// Whether materialized views get the recorded rows.
  private var fillsViews: Bool { isEverything && isSuperuser }

  func restore() throws -> RestoreOutcome {
    var load = RowLoad(
      store: context.store, encoding: document.database.encoding,
      tables: try RowLoad.tables(of: document, context.request.part, in: context.store),
      progress: context.progress,
      isProven: context.isProven && access.serverVersion == document.server.version)
    load.searchPath = document.searchPath
    var (extensionRows, viewRows) = (load, load)
    extensionRows.tables = try RowLoad.supplements(of: document, areViews: false, in: context.store).filter {
      !bound.owns($0.name)
    }
    viewRows.tables = try RowLoad.supplements(of: document, areViews: true, in: context.store)
    var outcome = RestoreOutcome()
    if isEverything && !extensionRows.tables.isEmpty {
      outcome += try ExtensionRows(load: extensionRows, document: document, connection: needed()).restore()
    }
    let failures: [Int: String]
    (outcome, failures) = try rows(load, viewRows, outcome)
    let connection = try needed()
    // Rows that name indexes wait for these, and foreign keys wait for all rows.
    let keys = try Set(
      definitions.archive.contents.entries.filter { $0.kind == "FK CONSTRAINT" }.map(\.dumpID))
    outcome += try definitions.repair("post-data", failures.filter { !keys.contains($0.key) }, connection)
    outcome += try LateLoad(load: load, searchPath: document.searchPath, connection: connection)
      .finish(&outcome.refused)
    outcome += try definitions.repair("post-data", failures.filter { keys.contains($0.key) }, connection)
    outcome += try rest(load, viewRows, connection)
    return outcome
  }

  /// - Returns: the outcome, and the server's errors for entries that are made after the rows.
  private func rows(
    _ load: RowLoad, _ viewRows: RowLoad, _ outcome: RestoreOutcome
  ) throws -> (RestoreOutcome, [Int: String]) {
    let jobs = min(access.source.limits.jobs, max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    // One connection is used for comparing at the same time.
    let restoreJobs = max(1, min(jobs, try ConnectionRoom.free(access.maintenanceConnection()) - 1))
    access.maintenance.close()
    let (progress, connect, fillsViews, store) = (context.progress, connect, fillsViews, context.store)
    let (archive, parameters) = (definitions.archive, definitions.parameters)
    let failures = Mutex<[Int: String]>([:])
    var outcome = outcome
    outcome += try load.run(jobs: jobs, connect: connect) {
      progress.update("build indexes", done: 0, total: nil, unit: .items)
      if fillsViews && !viewRows.tables.isEmpty {
        try ViewRows(
          load: viewRows, store: store, connection: ConnectionSupply.awaitingRoom { try connect() }
        ).fill()
      }
      let failed = try archive.restore(
        ["--section=data", "--section=post-data"], into: parameters, jobs: restoreJobs)
      failures.withLock { $0 = failed.messages }
      progress.finish("build indexes")
    }
    return (outcome, failures.withLock { $0 })
  }

  /// Restores what needs everything else.
  private func rest(
    _ load: RowLoad, _ viewRows: RowLoad, _ connection: Connection
  ) throws -> RestoreOutcome {
    let views = ViewRows(load: viewRows, store: context.store, connection: connection)
    if fillsViews { try views.fill() }
    var outcome = RestoreOutcome()
    guard isEverything else { return outcome }
    outcome.notes += try ExtensionRows(load: load, document: document, connection: connection)
      .restoreSequences(except: bound.owns)
    if !isSuperuser && !viewRows.tables.isEmpty {
      outcome.notes += try views.stale().map(ViewRows.staleNote)
      // Filling a view may advance sequences.
      try definitions.repairSequences(connection)
    }
    outcome += try Amendment.apply(document, isLate: true, connection, isInTransaction: false)
    outcome.notes += try KeyTriggers(document).apply(connection, isInTransaction: false)
    return outcome
  }
}
