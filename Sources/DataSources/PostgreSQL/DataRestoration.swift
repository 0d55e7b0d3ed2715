// Recorded rows into the tables of today, by a plan, in one transaction: all of it or nothing. The tables are locked
// against writing before the rescue is taken, and stay so until the end, so that the rescue holds what is replaced.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

final class DataRestoration: SourceRestoration {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: RestoreContext
  private let transaction: InPlaceTransaction
  let plan: DataPlan

  /// - Throws: `DatabaseProblem.doesNotFit` where the plan has problems.
  convenience init(_ document: DatabaseDocument, access: ServerAccess, context: RestoreContext) throws {
    let plan = try Self.plan(document, access, context.request)
    if !plan.problems.isEmpty { throw DatabaseProblem.doesNotFit(plan.problems) }
    try self.init(document, plan, access: access, context: context)
  }

  init(
    _ document: DatabaseDocument, _ plan: DataPlan, access: ServerAccess, context: RestoreContext
  ) throws {
    (self.document, self.plan, self.access, self.context) = (document, plan, access, context)
    transaction = InPlaceTransaction(access, context)
  }

  static func plan(
    _ document: DatabaseDocument, _ access: ServerAccess, _ request: DatabaseRequest
  ) throws -> DataPlan {
    try DataPlanner(document, today: LiveTable.all(access.source.connect()), request).plan()
  }

  var summary: String {
    "replace the rows of \(plan.replaced.count == 1 ? "1 table" : "\(plan.replaced.count) tables") of \(access.live)"
      + " by recorded ones, in one transaction"
  }

  var details: [String] { DataPlanText.lines(plan) }

  /// The rows are written over, so the rescue must hold a copy.
  var rescueRecord: SourceRecord? { nil }

  var rescueSource: (any DataSource)? {
    var selection = DatabaseSelection(
      rowsOf: DatabasePart(tables: plan.replaced.map { NamePattern.exactly($0.display) }, contents: .data))
    selection.isBeyondTables = DataAftermath.isBeyondTables(document, context.request)
    // Who records some schemas may not be allowed to read the others.
    selection.schemas = access.source.located.selection.schemas
    return access.source.recording(selection)
  }

  var warnings: [String] {
    ["others can read these tables and not write to them until the rows are in, and at the end must wait"]
  }

  // MARK: Steps

  /// What the conversions changed.
  private var changes: [String] = []

  /// Locks the tables and converts what has to be converted. What is written until now is in the rescue.
  func stage() throws -> RestoreState {
    let connection = try transaction.begin()
    try InPlaceTransaction.translatingLocks(access) {
      try InPlaceTransaction.lock(plan.replaced, .shareRowExclusive, connection)
    }
    changes = try DataLoad(document, plan, connection, context).convert()
    return transaction.place
  }

  /// Tries the conversions of a plan, and changes nothing.
  /// - Returns: what they would change.
  func rehearse() throws -> [String] {
    defer { transaction.giveUp() }
    return try DataLoad(document, plan, transaction.begin(), context).convert()
  }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    try transaction.requirePlace(state)
    if try context.isResuming && transaction.isCommitted() { return }
    try replace(
      with: document, plan, since: rescue.map { try PostgreSQLSource.document(of: $0, in: context.store) })
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    transaction.giveUp()
    try transaction.requirePlace(state)
    if let rescue, try transaction.isCommitted() {
      let before = try PostgreSQLSource.document(of: rescue, in: context.store)
      var request = context.request.reversed
      request.isForced = true
      let plan = try Self.plan(before, access, request)
      if !plan.problems.isEmpty { throw DatabaseProblem.doesNotFit(plan.problems) }
      try replace(with: before, plan, since: nil) { connection in
        var counts: [TableName: Int] = [:]
        for table in self.plan.tables {
          counts[table.target, default: 0] += self.document.rowCount(ofTable: table.index)
        }
        try self.transaction.requireUntouched(counts, connection)
      }
    }
    try transaction.forget()
    return []
  }

  func finish(_ state: RestoreState) throws -> [String] {
    try transaction.forget()
    let rows = plan.tables.reduce(0) { $0 + document.rowCount(ofTable: $1.index) }
    let tables = plan.replaced.count == 1 ? "1 table" : "\(plan.replaced.count) tables"
    return changes + ["\(tables) filled with \(rows) recorded rows; definitions are those of today"]
  }

  private func replace(
    with document: DatabaseDocument, _ plan: DataPlan, since rescue: DatabaseDocument?,
    checking check: (Connection) throws -> Void = { _ in }
  ) throws {
    let isLocked = transaction.connection != nil
    try transaction.run(isReverting: rescue == nil) { connection in
      try check(connection)
      try connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
      let load = try DataLoad(document, plan, connection, context)
      let today = try LiveTable.all(connection)
      if !isLocked {
        // Taken up again: the locks ended with the process that held them.
        if let rescue {
          let leaves = Self.leaves(of: plan.replaced, today)
          try transaction.requireUnchanged(leaves.map(\.name), since: rescue, connection)
        }
        changes = try load.convert()
      }
      let affected = plan.replaced.compactMap { today[$0] } + Self.leaves(of: plan.replaced, today)
      let quiet = try TableQuiet(Array(Set(affected.map(\.oid))), connection)
      if !plan.replaced.isEmpty {
        // ONLY what was asked for: tables that inherit from one of these have rows of their own.
        let names = plan.replaced.map { today[$0]?.isPartitioned == true ? $0.quoted : "ONLY \($0.quoted)" }
        try connection.execute("TRUNCATE TABLE \(names.joined(separator: ", "))")
      }
      try load.load(today)
      try DataAftermath(document, plan, affected.map(\.oid), context, access).run(connection)
      try quiet.end()
    }
    try transaction.analyze(plan.replaced)
  }

  /// The tables that hold the rows: partitions in the place of what they are partitions of.
  private static func leaves(of tables: [TableName], _ today: [TableName: LiveTable]) -> [LiveTable] {
    let wanted = Set(tables)
    return today.values.filter { table in
      !table.isPartitioned && ([table.name] + table.ancestors).contains(where: wanted.contains)
    }
  }
}
