// Restores a database for a user who may not create databases: everything in it is dropped and made again in one
// transaction, in which the rows are also compared. Until it commits, other sessions see the old contents.

import Checkpoints
import ChunkStore
import FileSystem

final class InPlaceRestoration: SourceRestoration {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: DatabaseContext
  private let transaction: InPlaceTransaction
  /// The reason why it is not restored by a swap.
  private let obstacle: ServerAccess.SwapObstacle?
  private var outcome = RestoreOutcome()
  /// Objects of other roles, for the plan.
  private var others: [String] = []
  private var rescued = DatabaseSelection()

  init(
    _ document: DatabaseDocument, access: ServerAccess, context: DatabaseContext,
    because obstacle: ServerAccess.SwapObstacle?
  ) throws {
    (self.document, self.access, self.context, self.obstacle) = (document, access, context, obstacle)
    transaction = InPlaceTransaction(access, context)
    if context.isResuming { outcome = try transaction.savedOutcome() }
    if !context.isResuming {
      _ = try access.clientPrograms()
      try access.checkUnattached()
      let connection = try access.source.connect()
      let others = try OthersObjects.planned(access, connection)
      rescued = try rescued.rescuing(connection) { !others.contains($0.key) }
      let contents = try ArchiveContents.read(document, ChunkReader(context.store))
      try access.checkMembership(contents, context.request, except: others.entries(in: contents))
      self.others = others.notes
      // The rescue also needs connections.
      access.maintenance.close()
    }
  }

  var summary: String {
    "replace the contents of \(access.live) (\(document.tables.count == 1 ? "1 table" : "\(document.tables.count) tables")) in place, in one transaction"
  }

  /// The contents are overwritten, so the rescue must have a copy of all of them, whatever checkpoints leave out.
  var rescueRecord: SourceRecord? { nil }
  var rescueSource: (any DataSource)? { access.source.recording(rescued) }

  var warnings: [String] {
    [
      "\(obstacle?.description ?? "it was begun so"), so \(access.live) is restored in place; others wait meanwhile"
    ] + others
  }

  func answers(_ risk: String) -> Bool {
    guard case .oneDatabaseOnly(let names) = obstacle else { return false }
    return names.contains { DatabaseRisks.oneDatabaseOnly($0) == risk }
  }

  func stage() throws -> RestoreState { transaction.place }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    try transaction.requirePlace(state)
    // A process that was killed after its commit has already done the work.
    if try context.isResuming && transaction.isCommitted() { return }
    try replace(
      with: document, contents: context.request.part.contents,
      expecting: rescue.map { try DatabaseDocument(of: $0, in: context.store) })
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    try transaction.requirePlace(state)
    // A transaction that did not commit changed nothing. If it did commit, only what it wrote may be replaced.
    if let rescue, try transaction.isCommitted() {
      do {
        try replace(
          with: DatabaseDocument(of: rescue, in: context.store), expecting: document,
          isReverting: true)
      } catch DatabaseProblem.changedSinceRescue(let tables) {
        throw DatabaseProblem.changedSinceRestore(tables)
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

  // MARK: The transaction

  /// Extensions stay, and the user seldom owns them, so their comments stay as well.
  private func entries(of document: DatabaseDocument, except others: OthersObjects) throws -> Set<Int> {
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    let entries = contents.entries.filter {
      $0.kind != "COMMENT" || !$0.name.hasExactly(prefix: "EXTENSION ")
    }
    return Set(entries.map(\.dumpID)).subtracting(others.entries(in: contents))
  }

  private func replace(
    with document: DatabaseDocument, contents: DatabasePart.Contents = .everything,
    expecting present: DatabaseDocument?, isReverting: Bool = false
  ) throws {
    let part = DatabasePart(contents: contents)
    outcome = try transaction.runForgiving(isReverting: isReverting) { connection, isCareful in
      let others = try OthersObjects(connection)
      try others.check()
      if var present {
        let tables = try DatabaseCatalog.tables(connection).map(\.name).filter { !others.contains($0) }
        present.leaveOut(others.contains)
        try transaction.requireUnchanged(tables, since: present, connection)
      }
      var outcome = RestoreOutcome()
      var kept = try DatabaseClearing.dropEverything(connection, for: document, keeping: others)
      let staying = try ExtensionVersions(document, connection).makeRoom()
      outcome.notes = others.notes + staying
      // Some stayed for an extension that has been dropped since.
      kept.formIntersection(try DatabaseClearing.dropSchemas(connection, keeping: others))
      let isSuperuser = try connection.isSuperuser
      let preparation = try RestorePreparation(
        document, only: entries(of: document, except: others), part,
        missingRoles: access.missingRoles(document),
        fillsViews: isSuperuser, store: context.store, connection)
      let archive = try ArchiveRestore(
        document, preparation.edits, context.request, programs: access.clientPrograms(),
        limits: access.source.limits, store: context.store)
      outcome += preparation.outcome
      outcome += try ContentsInPlace(
        document: document, part: part, connection: connection, context: context, isCareful: isCareful
      ).restore(
        archive, preparation, besides: kept,
        tables: RowLoad.tables(of: document, part, in: context.store).filter { !others.contains($0.name) },
        isSuperuser: isSuperuser)
      outcome.notes += try document.database.apply(
        to: connection.databaseName, over: DatabaseProperties.read(connection), connection)
      if contents == .everything && outcome.unrestored.isEmpty && access.serverMajor == document.server.major
      {
        outcome.leftOut = Set(others.kept.map { ExactText($0.identity) })
        outcome.notes += try RestoredComparison(document, access, in: context.store).catalogDifferences(
          connection, outcome
        ).map { "not as it was: \($0)" }
      }
      return outcome
    }
    let connection = try access.source.connect()
    try connection.analyze("", searchPath: connection.standardPath())
  }
}
