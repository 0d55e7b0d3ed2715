// Restores recorded rows into the present tables, by a plan, in one transaction: all or nothing. The tables are locked
// against writing before the rescue is taken and until the end, so that the rescue has exactly what is replaced.

import Checkpoints
import Postgres

final class DataRestoration: SourceRestoration {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: DatabaseContext
  private let transaction: InPlaceTransaction
  let plan: DataPlan
  /// Event triggers that run although they should not, for people.
  let firing: [String]
  private var rescued = DatabaseSelection()

  /// - Throws: `DatabaseProblem.doesNotFit` if the plan has problems.
  convenience init(_ document: DatabaseDocument, access: ServerAccess, context: DatabaseContext) throws {
    let plan = try Self.plan(document, access, context.request)
    // Later changes may prevent continuing, but must not prevent going back.
    if !plan.problems.isEmpty && !context.isResuming { throw DatabaseProblem.doesNotFit(plan.problems) }
    try self.init(document, plan, access: access, context: context)
  }

  init(
    _ document: DatabaseDocument, _ plan: DataPlan, access: ServerAccess, context: DatabaseContext
  ) throws {
    (self.document, self.plan, self.access, self.context) = (document, plan, access, context)
    transaction = InPlaceTransaction(access, context)
    let connection = try access.source.connect()
    firing = try DatabaseQuiet.others(connection).map {
      "the event trigger \($0) runs for what this takes off and puts back: only its owner may switch it off"
    }
    if context.isResuming {
      notes = try transaction.savedOutcome().notes
    } else {
      let replaced = Set(plan.replaced)
      rescued = try rescueSelection().rescuing(connection) { relation in
        ([relation.name] + relation.ancestors).contains(where: replaced.contains)
      }
    }
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

  /// The rows are overwritten, so the rescue must have a copy.
  var rescueRecord: SourceRecord? { nil }

  var rescueSource: (any DataSource)? { access.source.recording(rescued) }

  private func rescueSelection() -> DatabaseSelection {
    var selection = DatabaseSelection(
      rowsOf: DatabasePart(tables: plan.replaced.map { NamePattern.exactly($0.display) }, contents: .data))
    selection.isBeyondTables = DataAftermath.isBeyondTables(document, context.request)
    // A user who records only some schemas may have no right to read the others.
    selection.schemas = access.source.located.selection.schemas
    return selection
  }

  var warnings: [String] {
    ["others can read these tables and not write to them until the rows are in, and at the end must wait"]
      + firing
  }

  // MARK: Steps

  /// The changes that conversions made.
  private var changes: [String] = []
  /// What differs from before, for people.
  private var notes: [String] = []
  /// Belongs to the open transaction.
  private var quiet: DatabaseQuiet?

  /// Locks the tables and runs the conversions. Everything written until now is in the rescue.
  func stage() throws -> RestoreState {
    let connection = try transaction.begin()
    try InPlaceTransaction.translatingLocks(access) {
      try InPlaceTransaction.lock(plan.replaced, .shareRowExclusive, connection)
    }
    quiet = try DatabaseQuiet(affected(LiveTable.all(connection), plan).map(\.oid), connection)
    changes = try DataLoad(document, plan, connection, context).convert()
    return transaction.place
  }

  /// Tries the conversions of a plan, and changes nothing.
  /// - Returns: the changes that they would make.
  func rehearse() throws -> [String] {
    defer { transaction.giveUp() }
    let connection = try transaction.begin()
    _ = try DatabaseQuiet(affected(LiveTable.all(connection), plan).map(\.oid), connection)
    return try DataLoad(document, plan, connection, context).convert()
  }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    try transaction.requirePlace(state)
    if try context.isResuming && transaction.isCommitted() { return }
    if !plan.problems.isEmpty { throw DatabaseProblem.doesNotFit(plan.problems) }
    try replace(
      with: document, plan, since: rescue.map { try DatabaseDocument(of: $0, in: context.store) })
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    transaction.giveUp()
    try transaction.requirePlace(state)
    if let rescue, try transaction.isCommitted() {
      let before = try DatabaseDocument(of: rescue, in: context.store)
      var request = try context.request.reversed
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
    return changes + notes + ["\(tables) filled with \(rows) recorded rows; definitions are those of today"]
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
      let affected = affected(today, plan)
      let oids = affected.map(\.oid)
      let around = try isLocked ? self.quiet : DatabaseQuiet(oids, connection)
      if !isLocked {
        // The operation is continued: the locks ended with the process that held them.
        if let rescue {
          let leaves = Self.leaves(of: plan.replaced, today)
          try transaction.requireUnchanged(leaves.map(\.name), since: rescue, connection)
        }
        changes = try load.convert()
      }
      let rescued =
        document.selection?.rowsOf == nil ? nil : try ForeignKeyQuiet.checked(in: document, context.store)
      let quiet = try TableQuiet(oids, rescued: rescued, connection)
      try empty(plan.replaced, today, connection)
      try load.load(today)
      try load.computeAgain(oids)
      try DataAftermath(document, plan, oids, context, access).run(connection)
      notes = try quiet.end { try wasBroken($0, document, today, connection) }
      try around?.end()
      self.quiet = nil
      if around?.others.isEmpty == false { notes += try unrecordedRows(document, plan, connection) }
      try transaction.save(RestoreOutcome(notes: notes))
    }
    try transaction.analyze(plan.replaced)
  }

  /// Whether rows that violate a key had no partner among the recorded rows either. Then the key was already broken when it
  /// was recorded, and not because the other table stays as it is.
  private func wasBroken(
    _ key: ForeignKeyQuiet.Reference, _ document: DatabaseDocument, _ today: [TableName: LiveTable],
    _ connection: Connection
  ) throws -> Bool {
    var request = context.request
    request.part = DatabasePart(contents: .data)
    (request.includesLedgers, request.excludedTables) = (true, nil)
    var whole = try DataPlanner(document, today: today, request).plan()
    whole.tables.removeAll {
      $0.target != key.parent && today[$0.target]?.ancestors.contains(key.parent) != true
    }
    return try DataLoad(document, whole, connection, context).lacksPartners(of: key)
  }

  private func empty(_ tables: [TableName], _ today: [TableName: LiveTable], _ connection: Connection) throws
  {
    if tables.isEmpty { return }
    // ONLY the requested tables: tables that inherit from them have rows of their own, and a partition may be on another
    // server.
    let names = Set(
      tables.filter { today[$0]?.isPartitioned != true } + Self.leaves(of: tables, today).map(\.name)
    )
    .map { "ONLY \($0.quoted)" }.sorted()
    if names.isEmpty { return }
    try connection.execute("TRUNCATE TABLE \(names.joined(separator: ", "))")
  }

  private func affected(_ today: [TableName: LiveTable], _ plan: DataPlan) -> [LiveTable] {
    let tables = plan.replaced.compactMap { today[$0] } + Self.leaves(of: plan.replaced, today)
    return Dictionary(tables.map { ($0.oid, $0) }) { first, _ in first }.values.sorted { $0.oid < $1.oid }
  }

  /// Finds rows that other users' event triggers wrote meanwhile.
  private func unrecordedRows(
    _ document: DatabaseDocument, _ plan: DataPlan, _ connection: Connection
  ) throws -> [String] {
    var expected: [TableName: Int] = [:]
    for table in plan.tables { expected[table.target, default: 0] += document.rowCount(ofTable: table.index) }
    return try expected.keys.sorted { $0.display < $1.display }.compactMap { name in
      let row = try connection.query("SELECT count(*) FROM ONLY \(name.quoted)").first
      guard let count = row?[0].flatMap({ Int($0) }), let recorded = expected[name], count > recorded else {
        return nil
      }
      let rows = count - recorded == 1 ? "1 row that was" : "\(count - recorded) rows that were"
      return "\(name.display) has \(rows) not recorded: event triggers of others wrote them"
    }
  }

  /// The tables that have the rows: partitions instead of partitioned tables.
  private static func leaves(of tables: [TableName], _ today: [TableName: LiveTable]) -> [LiveTable] {
    let wanted = Set(tables)
    return today.values.filter { table in
      !table.isPartitioned && ([table.name] + table.ancestors).contains(where: wanted.contains)
    }
  }
}
