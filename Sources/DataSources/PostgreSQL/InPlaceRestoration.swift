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
  private let programs: ClientPrograms
  private let transaction: InPlaceTransaction
  private var notes: [String] = []

  init(_ document: DatabaseDocument, access: ServerAccess, context: RestoreContext) throws {
    (self.document, self.access, self.context) = (document, access, context)
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
    [
      "the database user may not create databases, so \(access.live) is restored in place; others wait meanwhile"
    ]
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
    return notes
  }

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
    let archive = try ArchiveRestore(
      document, only: entries(of: document), context.request, programs: programs,
      limits: access.source.limits, store: context.store)
    try transaction.run(isReverting: isReverting) { connection in
      if let present {
        let tables = try DatabaseCatalog.tables(connection).map(\.name)
        try transaction.requireUnchanged(tables, since: present, connection)
      }
      let kept = try DatabaseClearing.dropEverything(connection, for: document)
      let script = ArchiveScript(archive, connection)
      try script.run("pre-data", besides: kept)
      try RowLoad(
        store: context.store, encoding: document.database.encoding,
        tables: RowLoad.tables(of: document, DatabasePart(contents: contents), in: context.store),
        progress: context.progress
      ).loadAll(connection)
      if contents == .everything { try script.run("data") }
      try script.run("post-data")
      notes = try document.database.apply(
        to: connection.databaseName, over: DatabaseProperties.read(connection), connection)
    }
    try access.source.connect().execute(script: Array("ANALYZE".utf8))
  }
}
