// Replaces some schemas or tables of the live database with those of a checkpoint, in one transaction. Everything outside
// the part stays; if something outside depends on it, this stops before anything is touched.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

final class PartRestoration: SourceRestoration {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: DatabaseContext
  private let part: DatabasePart
  private let transaction: InPlaceTransaction
  private let live: LivePart
  private let tables: [DatabaseDocument.Table]
  /// Recorded relations of the part, with or without rows.
  private let relations: Set<TableName>
  private let recordedSchemas: Set<ExactText>
  private var givesDefaults = false
  private var rescued = DatabaseSelection()
  private var outcome = RestoreOutcome()

  init(
    _ document: DatabaseDocument, _ part: DatabasePart, access: ServerAccess, context: DatabaseContext
  ) throws {
    (self.document, self.part, self.access, self.context) = (document, part, access, context)
    transaction = InPlaceTransaction(access, context)
    if context.isResuming { outcome = try transaction.savedOutcome() }
    if !context.isResuming { _ = try access.clientPrograms() }
    let selection = try ArchiveContents.read(document, ChunkReader(context.store)).selection(part)
    try Self.requireRecorded(part, selection, document)
    (relations, recordedSchemas) = (selection.relations, selection.schemas)
    tables = document.tables.filter { part.includes($0.tableName, ancestors: $0.ancestors ?? []) }
    let connection = try access.source.connect()
    live = try LivePart(part, recorded: selection.relations, connection)
    // Later changes may prevent continuing, but must not prevent going back.
    if !context.isResuming {
      let others = try OthersObjects(connection).concerned(by: live)
      if !others.isEmpty { throw DatabaseProblem.ownedByOthers(others.map(\.description)) }
      let dependents = try live.dependents(connection)
      if !dependents.isEmpty { throw DatabaseProblem.dependents(dependents) }
      let obstacles = try live.obstacles(connection) + missingPartitions(connection)
      if !obstacles.isEmpty { throw DatabaseProblem.inseparable(obstacles) }
    }
    givesDefaults = try live.defaultPrivileges(connection)
    if !context.isResuming {
      rescued = try rescueSelection().rescuing(connection) { live.includes($0.name, oid: $0.oid) }
    }
  }

  /// Recorded partitions that no longer exist, while their parent exists, has indexes, and is not in the part.
  private func missingPartitions(_ connection: Connection) throws -> [String] {
    try tables.compactMap { table in
      guard let parent = table.ancestors?.first, !relations.contains(parent) else { return nil }
      let isIndexed = try connection.query(
        "SELECT FROM pg_index WHERE indrelid = to_regclass($1) AND to_regclass($2) IS NULL LIMIT 1",
        [parent.quoted, table.tableName.quoted])
      return isIndexed.isEmpty ? nil : "table \(table.tableName.display) is a partition of \(parent.display)"
    }
  }

  /// Refuses a name that matches nothing recorded, unless it matches something that is to be removed.
  private static func requireRecorded(
    _ part: DatabasePart, _ selection: ArchiveSelection, _ document: DatabaseDocument
  ) throws {
    if document.selection?.rowsOf != nil { return }
    for pattern in part.schemas
    where !selection.relations.contains(where: { NamePattern.matches(pattern, $0.schema) })
      && pattern != "public"
      && !selection.schemas.contains(where: { NamePattern.matches(pattern, $0.wrappedValue) })
    {
      throw DatabaseProblem.notRecorded("schema", pattern)
    }
    for pattern in part.tables
    where !selection.relations.contains(where: { NamePattern.matches(pattern, table: $0.name, in: $0.schema) }
    ) {
      throw DatabaseProblem.notRecorded("table", pattern)
    }
  }

  var summary: String {
    let what = part.schemas.map { "the schema \($0)" } + part.tables.map { "the table \($0)" }
    return "replace \(what.joined(separator: ", ")) of \(access.live) in one transaction"
  }

  var details: [String] {
    let filled = Set(tables.map(\.tableName))
    let empty = live.tables.filter { relations.contains($0) && !filled.contains($0) }
    return tables.map { "\($0.tableName.display) comes back" }
      + empty.map { "\($0.display) comes back without its rows, which were not recorded" }
      + live.tables.filter { !relations.contains($0) }.map {
        "\($0.display) is not in the checkpoint and goes"
      }
  }

  /// The contents are overwritten, so the rescue must have a copy.
  var rescueRecord: SourceRecord? { nil }

  var rescueSource: (any DataSource)? { access.source.recording(rescued) }

  private func rescueSelection() -> DatabaseSelection {
    var selection = DatabaseSelection(rowsOf: rescuedPart)
    // A user who records only some schemas may have no right to read the others.
    selection.schemas = access.source.located.selection.schemas
    return selection
  }

  /// The present part together with the recorded one: undo must remove what the restoration makes.
  private var rescuedPart: DatabasePart {
    var rescued = live.part
    let names = relations.filter { !part.includes(schema: $0.schema) || part.schemas.isEmpty }.map(\.display)
    func once(_ patterns: [String]) -> [String] {
      Set(patterns.map { ExactText($0) }).sorted().map(\.wrappedValue)
    }
    rescued.schemas = once(rescued.schemas + recordedSchemas.map { NamePattern.exactly($0.wrappedValue) })
    rescued.tables = once(rescued.tables + names.map(NamePattern.exactly))
    return rescued
  }

  var warnings: [String] {
    ["others can read this part and not write to it until it is replaced, and at the end must wait"]
      + (givesDefaults ? ["what comes back gets today's default privileges as well (\\ddp in psql)"] : [])
  }

  // MARK: Steps

  /// Locks the tables. Everything written until now is in the rescue.
  func stage() throws -> RestoreState {
    let connection = try transaction.begin()
    try InPlaceTransaction.translatingLocks(access) {
      try InPlaceTransaction.lock(live.tables, .shareRowExclusive, connection)
    }
    return transaction.place
  }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    try transaction.requirePlace(state)
    if try context.isResuming && transaction.isCommitted() { return }
    try replace(
      with: document, part, contents: context.request.part.contents,
      since: rescue.map { try DatabaseDocument(of: $0, in: context.store) })
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    transaction.giveUp()
    try transaction.requirePlace(state)
    if let rescue, try transaction.isCommitted() {
      let before = try DatabaseDocument(of: rescue, in: context.store)
      try replace(with: before, before.selection?.rowsOf ?? part, contents: .everything, since: nil) {
        try self.requireUntouched($0)
      }
    }
    try transaction.forget()
    return outcome.allNotes
  }

  func finish(_ state: RestoreState) throws -> [String] {
    try transaction.forget()
    return outcome.notes
  }

  func unrestored(_ state: RestoreState) -> [Unrestored] { outcome.unrestored }

  /// Refuses to lose what was written since the restore.
  private func requireUntouched(_ connection: Connection) throws {
    var part = part
    part.contents = context.request.part.contents
    let filled = try RowLoad.tables(of: document, part, in: context.store)
    var counts: [TableName: Int] = [:]
    for table in tables { counts[table.loadThrough ?? table.tableName] = 0 }
    for table in filled { counts[table.target, default: 0] += table.list.fingerprint.rowCount }
    let kinds = try LiveTable.all(connection)
    try transaction.requireUntouched(counts.filter { kinds[$0.key] != nil }, connection)
  }

  private func replace(
    with document: DatabaseDocument, _ part: DatabasePart, contents: DatabasePart.Contents,
    since rescue: DatabaseDocument?, checking check: (Connection) throws -> Void = { _ in }
  ) throws {
    var part = part
    part.contents = contents
    let wanted = try ArchiveContents.read(document, ChunkReader(context.store))
    var selection = wanted.selection(part)
    let tables = try RowLoad.tables(of: document, part, in: context.store)
    let isLocked = transaction.connection != nil
    outcome = try transaction.runForgiving(isReverting: rescue == nil) { connection, isCareful in
      try check(connection)
      let live = try LivePart(part, recorded: selection.relations, connection)
      if !isLocked || isCareful, let rescue {
        // The operation is continued, or the transaction was started again: the locks ended with the earlier transaction.
        try transaction.requireUnchanged(live.tables, since: rescue, connection)
      } else if Set(live.tables) != Set(self.live.tables) && rescue != nil {
        throw DatabaseProblem.changedSinceRescue(["the list of tables"])
      }
      let dependents = try live.dependents(connection)
      if !dependents.isEmpty { throw DatabaseProblem.dependents(dependents) }
      try connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
      var attachments = try live.attachments(connection)
      for index in attachments.indices { try attachments[index].takeOff(connection, isTrying: isCareful) }
      try live.drop(connection)
      _ = try live.dropEmptySchemas(connection)
      let present = Set(
        try connection.query("SELECT nspname FROM pg_namespace").compactMap { $0[0].map { ExactText($0) } })
      selection.adjustSchemas(present: present, in: wanted)
      let isSuperuser = try connection.isSuperuser
      let preparation = try RestorePreparation(
        document, only: selection.dumpIDs, part, missingRoles: access.missingRoles(document),
        fillsViews: isSuperuser, store: context.store, connection)
      let archive = try ArchiveRestore(
        document, preparation.edits, context.request, programs: access.clientPrograms(),
        limits: access.source.limits, store: context.store)
      var outcome = try ContentsInPlace(
        document: document, part: part, connection: connection, context: context, isCareful: isCareful
      ).restore(archive, preparation, tables: tables, isSuperuser: isSuperuser)
      outcome.notes += try attachments.compactMap { try $0.putBack(connection) }
      return outcome
    }
    try transaction.analyze(tables.sorted { $0.list.byteCount > $1.list.byteCount }.map(\.name))
  }
}
