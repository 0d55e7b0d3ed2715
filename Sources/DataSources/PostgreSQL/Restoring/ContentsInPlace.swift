// Restores definitions and rows in a database that is in use, in one transaction: first in the fastest way, and entry by
// entry if that fails.

import Postgres

struct ContentsInPlace {
  let document: DatabaseDocument
  let part: DatabasePart
  let connection: Connection
  let context: DatabaseContext
  /// Whether the fast way has failed.
  let isCareful: Bool

  /// - Parameters:
  ///   - archive: has only the entries that are to be made.
  ///   - schemas: schemas that already exist.
  ///   - tables: the tables whose rows are restored.
  func restore(
    _ archive: ArchiveRestore, _ preparation: RestorePreparation, besides schemas: Set<[UInt8]> = [],
    tables: [RowLoad.Table], isSuperuser: Bool
  ) throws -> RestoreOutcome {
    let script = ArchiveScript(archive, connection)
    let isEverything = part.contents == .everything
    var load = RowLoad(
      store: context.store, encoding: document.database.encoding, tables: tables, progress: context.progress)
    var outcome = try run("pre-data", script, besides: schemas)
    outcome += try preparation.columnOrder.settle(connection, isSuperuser)
    let isWhole = isEverything && !part.isSelective
    let amended = isWhole ? nil : Set(preparation.tables)
    if isEverything {
      outcome += try Amendment.apply(document, isLate: false, of: amended, connection, isInTransaction: true)
    }
    if isWhole { outcome += try extensions(load) }
    outcome += try rows(load)
    outcome += try LateLoad(
      load: load, searchPath: document.searchPath, connection: connection, isInTransaction: true
    ).repeatGenerated()
    load.tables = isEverything ? try self.views() : []
    let views = ViewRows(load: load, store: context.store, connection: connection, isInTransaction: true)
    if isSuperuser { try views.fill() }
    if isEverything {
      outcome +=
        isCareful
        ? try script.runData(searchPath: document.searchPath) : try quickly { try script.run("data") }
    }
    outcome += try afterData(script, tables, &outcome.refused)
    if isSuperuser { try views.fill() } else { outcome.notes += try views.stale().map(ViewRows.staleNote) }
    outcome += try last(load, isWhole, Set(preparation.tables))
    try outcome.require(context.request.allowsPartial == true)
    return outcome
  }

  private func quickly(_ body: () throws -> Void) rethrows -> RestoreOutcome {
    try body()
    return RestoreOutcome()
  }

  /// Rows that name indexes wait for these, and foreign keys wait for all rows.
  private func afterData(
    _ script: ArchiveScript, _ tables: [RowLoad.Table],
    _ refused: inout [(table: RowLoad.Table, reason: String)]
  ) throws -> RestoreOutcome {
    guard isCareful else { return try quickly { try script.run("post-data") } }
    var outcome = try script.runEntries("post-data", searchPath: document.searchPath) {
      $0.kind != "FK CONSTRAINT"
    }
    let load = RowLoad(
      store: context.store, encoding: document.database.encoding, tables: tables, progress: context.progress)
    outcome += try LateLoad(
      load: load, searchPath: document.searchPath, connection: connection, isInTransaction: true
    ).finish(&refused)
    outcome += try script.runEntries("post-data", searchPath: document.searchPath) {
      $0.kind == "FK CONSTRAINT"
    }
    return outcome
  }

  private func last(_ load: RowLoad, _ isWhole: Bool, _ tables: Set<TableName>) throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    if part.contents == .everything {
      outcome.notes += try KeyTriggers(document, tables).apply(connection, isInTransaction: true)
      outcome += try Amendment.apply(
        document, isLate: true, of: isWhole ? nil : tables, connection, isInTransaction: true)
    }
    if isWhole {
      outcome.notes += try extensionRows(load).restoreSequences()
    }
    return outcome
  }

  private func run(
    _ section: String, _ script: ArchiveScript, besides schemas: Set<[UInt8]> = []
  ) throws -> RestoreOutcome {
    if isCareful { return try script.runEntries(section, besides: schemas, searchPath: document.searchPath) }
    return try quickly { try script.run(section, besides: schemas) }
  }

  private func rows(_ load: RowLoad) throws -> RestoreOutcome {
    guard isCareful else {
      try load.loadAll(connection)
      return RestoreOutcome()
    }
    let late = LateLoad(
      load: load, searchPath: document.searchPath, connection: connection, isInTransaction: true)
    let (_, outcome) = try late.run(load.tables.filter { !$0.list.chunks.isEmpty })
    try load.compareAll(connection, except: Set(outcome.refused.map(\.table.name)).contains)
    return outcome
  }

  /// A user who restores in place seldom owns extensions, so what cannot be restored is reported and stops nothing.
  private func extensions(_ load: RowLoad) throws -> RestoreOutcome {
    let extensions = ExtensionRestoration(
      document: document, store: context.store, connection: connection, isInTransaction: true)
    var outcome = RestoreOutcome()
    outcome.notes += try extensions.restoreMembers().map {
      "\($0.member.display) is not as it was: \($0.reason)"
    }
    outcome.notes += try extensionRows(load).restore().unrestored.map {
      "\($0.what) are not as they were: \($0.reason)"
    }
    return outcome
  }

  private func extensionRows(_ load: RowLoad) throws -> ExtensionRows {
    var load = load
    load.tables = try RowLoad.supplements(of: document, areViews: false, in: context.store)
    return ExtensionRows(load: load, document: document, connection: connection, isInTransaction: true)
  }

  private func views() throws -> [RowLoad.Table] {
    try RowLoad.supplements(of: document, areViews: true, in: context.store).filter {
      part.includes(table: $0.name.name, in: $0.name.schema)
    }
  }
}

extension Connection {
  /// Gathers statistics. If an expression of an index fails, it gets none, which only costs speed.
  /// - Parameters:
  ///   - table: quoted; empty for all tables.
  ///   - searchPath: the path by which expressions find names.
  func analyze(_ table: String, searchPath: String?) throws {
    let statement = Array("ANALYZE \(table)".utf8)
    do { try execute(script: statement) } catch let error as DatabaseError where error.isAboutStatement {
      guard let searchPath else { return }
      do {
        try attempt(isInTransaction: false) {
          try setSearchPath(searchPath)
          try execute(script: statement)
        }
      } catch let error as DatabaseError where error.isAboutStatement { return }
    }
  }

  var isSuperuser: Bool {
    get throws { try query("SELECT current_setting('is_superuser')").first?[0] == "on" }
  }
}
