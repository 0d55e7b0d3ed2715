// The way of a user who may not create databases: everything in the database is dropped and made again in
// one transaction, in which the rows are compared as well. Until it commits, others see the old contents.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

final class InPlaceRestoration: SourceRestoration {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: RestoreContext
  private let reason: String?
  private let programs: ClientPrograms
  private let transaction: InPlaceTransaction
  private var outcome = RestoreOutcome()

  /// - Parameter reason: why it is done in place; nil for a user who may not create databases.
  init(
    _ document: DatabaseDocument, access: ServerAccess, context: RestoreContext, because reason: String?
  ) throws {
    (self.document, self.access, self.context, self.reason) = (document, access, context, reason)
    transaction = InPlaceTransaction(access, context)
    try access.checkUnattached()
    programs = try access.clientPrograms()
  }

  var summary: String {
    "replace the contents of \(access.live) (\(document.tables.count) tables) in place, in one transaction"
  }

  /// The contents are written over, so the rescue must hold a copy of all of them, whatever checkpoints leave out.
  var rescueRecord: SourceRecord? { nil }
  var rescueSource: (any DataSource)? { access.source.recording(DatabaseSelection()) }

  var warnings: [String] {
    let reason = reason ?? "the database user may not create databases"
    return ["\(reason), so \(access.live) is restored in place; others wait meanwhile"]
  }

  func stage() throws -> RestoreState { transaction.place }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    try transaction.requirePlace(state)
    // A process that was killed behind its commit has done the work already.
    if try context.isResuming && transaction.isCommitted() { return }
    try replace(
      with: document, contents: context.request.part.contents,
      expecting: rescue.map { try PostgreSQLSource.document(of: $0, in: context.store) })
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    try transaction.requirePlace(state)
    // A transaction that did not commit left nothing. After one that did, only what it left may be replaced.
    if let rescue, try transaction.isCommitted() {
      do {
        try replace(
          with: PostgreSQLSource.document(of: rescue, in: context.store), expecting: document,
          isReverting: true)
      } catch DatabaseProblem.changedSinceRescue(let tables) {
        throw DatabaseProblem.changedSinceRestore(tables)
      }
    }
    try transaction.forget()
    return []
  }

  func finish(_ state: RestoreState) throws -> [String] {
    try transaction.forget()
    return outcome.notes
  }

  func unrestored(_ state: RestoreState) -> [Unrestored] { outcome.unrestored }

  // MARK: The transaction

  /// Extensions stay, and who restores here seldom owns them: their comments stay as well.
  private func entries(of document: DatabaseDocument) throws -> Set<Int> {
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    let entries = contents.entries.filter { $0.kind != "COMMENT" || !$0.name.hasPrefix("EXTENSION ") }
    return Set(entries.map(\.dumpID))
  }

  private func replace(
    with document: DatabaseDocument, contents: DatabasePart.Contents = .everything,
    expecting present: DatabaseDocument?, isReverting: Bool = false
  ) throws {
    let part = DatabasePart(contents: contents)
    outcome = try transaction.runForgiving(isReverting: isReverting) { connection, isCareful in
      if let present {
        let tables = try DatabaseCatalog.tables(connection).map(\.name)
        try transaction.requireUnchanged(tables, since: present, connection)
      }
      var outcome = RestoreOutcome()
      outcome.notes = try ExtensionVersions(document, connection).makeRoom()
      let kept = try DatabaseClearing.dropEverything(connection, for: document)
      let isSuperuser = try connection.isSuperuser
      let preparation = try RestorePreparation(
        document, only: entries(of: document), part, isSuperuser: isSuperuser, store: context.store,
        connection)
      let archive = try ArchiveRestore(
        document, preparation.edits, context.request, programs: programs, limits: access.source.limits,
        store: context.store)
      outcome += preparation.outcome
      outcome += try ContentsInPlace(
        document: document, part: part, connection: connection, context: context, isCareful: isCareful
      ).restore(
        archive, besides: kept, tables: RowLoad.tables(of: document, part, in: context.store),
        isSuperuser: isSuperuser)
      outcome.notes += try document.database.apply(
        to: connection.databaseName, over: DatabaseProperties.read(connection), connection)
      return outcome
    }
    let connection = try access.source.connect()
    try connection.analyze("", searchPath: DatabaseCatalog.searchPath(connection))
  }
}
