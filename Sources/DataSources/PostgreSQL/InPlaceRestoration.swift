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

  init(_ document: DatabaseDocument, access: ServerAccess, context: RestoreContext) throws {
    (self.document, self.access, self.context) = (document, access, context)
    programs = try access.clientPrograms()
  }

  var summary: String {
    "replace the contents of \(access.live) (\(document.tables.count) tables) in place, in one transaction"
  }

  /// The contents are written over, so the rescue must hold a copy.
  var rescueRecord: SourceRecord? { nil }

  var warnings: [String] {
    [
      "the database user may not create databases, so \(access.live) is restored in place; others wait meanwhile"
    ]
  }

  func stage() throws -> RestoreState { [:] }

  func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
    // A process that was killed behind its commit has done the work already.
    if try context.isResuming && isCommitted() { return }
    try replace(
      with: document, expecting: rescue.map { try PostgreSQLSource.document(of: $0, in: context.store) })
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
    // A transaction that did not commit left nothing. After one that did, only what it left may be replaced.
    if let rescue, try isCommitted() {
      do {
        try replace(with: PostgreSQLSource.document(of: rescue, in: context.store), expecting: document)
      } catch DatabaseProblem.changedSinceRescue(let tables) {
        throw DatabaseProblem.changedSinceRestore(tables)
      }
    }
    try FileTree.remove(transactionFile)
    return []
  }

  func finish(_ state: RestoreState) throws -> [String] {
    try FileTree.remove(transactionFile)
    return []
  }

  // MARK: The transaction

  /// The number of the transaction that is about to commit: written before, so that the server can be asked later
  /// what became of it.
  private var transactionFile: BytePath { context.store.journal.appending("in-place-\(context.token)") }

  private func isCommitted() throws -> Bool {
    guard FileTree.exists(transactionFile) else { return false }
    let number = String(decoding: try FileTree.readAll(transactionFile), as: UTF8.self)
    return try access.source.connect().query("SELECT pg_xact_status($1::text::xid8)", [number]).first?[0]
      == "committed"
  }

  private func replace(with document: DatabaseDocument, expecting present: DatabaseDocument?) throws {
    let archive = try ArchiveRestore(
      document, programs: programs, limits: access.source.limits, store: context.store)
    let connection = try access.source.connect()
    try connection.execute("BEGIN READ WRITE")
    do {
      try connection.execute("SET LOCAL lock_timeout = '\(access.source.limits.lock)s'")
      try connection.execute("SET LOCAL check_function_bodies = off")
      if let present { try requireUnchanged(present, connection) }
      try DatabaseClearing.dropEverything(connection)
      for name in try DatabaseCatalog.extensions(connection) where !document.extensions.contains(name) {
        try connection.execute("DROP EXTENSION \(name.asIdentifier) CASCADE")
      }
      try run("pre-data", of: archive, connection)
      try RowLoad(
        store: context.store, encoding: document.database.encoding,
        tables: RowLoad.tables(of: document, in: context.store), progress: context.progress
      ).loadAll(connection)
      try run("data", of: archive, connection)
      try run("post-data", of: archive, connection)
      _ = try document.database.apply(
        to: connection.databaseName, over: DatabaseProperties.read(connection), connection)
      let number = try connection.query("SELECT pg_current_xact_id()::text").first?[0] ?? ""
      try context.store.files.replaceFile(transactionFile, with: Array(number.utf8))
      try connection.execute("COMMIT")
    } catch let error as DatabaseError where error.isLockTimeout {
      try? connection.execute("ROLLBACK")
      throw DatabaseProblem.locked(
        seconds: access.source.limits.lock, holders: try DatabaseCatalog.lockHolders(connection))
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
    try connection.execute(script: Array("ANALYZE".utf8))
  }

  /// Locks every table and compares it with what is known of the contents: what was written since would be lost.
  private func requireUnchanged(_ expected: DatabaseDocument, _ connection: Connection) throws {
    let tables = try DatabaseCatalog.tables(connection)
    for start in stride(from: 0, to: tables.count, by: 500) {
      let names = tables[start..<min(start + 500, tables.count)].map { "ONLY \($0.name.quoted)" }
      try connection.execute("LOCK TABLE \(names.joined(separator: ", ")) IN ACCESS EXCLUSIVE MODE")
    }
    do { try requireEqual(to: expected, connection) } catch DatabaseProblem.mismatch(let tables) {
      throw DatabaseProblem.changedSinceRescue(tables)
    }
  }

  private func requireEqual(to document: DatabaseDocument, _ connection: Connection) throws {
    guard try Set(DatabaseCatalog.tables(connection).map(\.name)) == Set(document.tables.map(\.tableName))
    else {
      throw DatabaseProblem.mismatch(["the list of tables"])
    }
    try RowLoad(
      store: context.store, encoding: document.database.encoding,
      tables: RowLoad.tables(of: document, in: context.store), progress: context.progress
    ).compareAll(connection)
  }

  /// Statements of the data section are sent when so many bytes of them have gathered.
  private static let batchBytes = 1 << 20

  /// Runs a section as pg_restore writes it for psql. Only the data section holds `COPY` blocks, whose rows follow
  /// the statement and end with `\\.`, and nothing in it spans lines; lines that begin with `\\` elsewhere are
  /// commands of psql.
  private func run(_ section: String, of archive: ArchiveRestore, _ connection: Connection) throws {
    let script = try archive.script(section)
    let isData = section == "data"
    var statements: [UInt8] = []
    func flush() throws {
      if !statements.isEmpty { try connection.execute(script: statements) }
      statements = []
    }
    while let line = try script.next() {
      if line.starts(with: #"\restrict "#.utf8) || line.starts(with: #"\unrestrict "#.utf8) { continue }
      // Large objects come in a transaction of their own, whose end would be the end of ours.
      if isData && ["BEGIN;", "COMMIT;"].contains(where: { line.elementsEqual($0.utf8) }) { continue }
      if isData && line.starts(with: "COPY ".utf8) && line.suffix(11).elementsEqual("FROM stdin;".utf8) {
        try flush()
        try connection.copyIn(String(decoding: line.dropLast(), as: UTF8.self)) { send in
          while let row = try script.next(), !row.elementsEqual(#"\."#.utf8) {
            try (row + [0x0A]).withUnsafeBytes { try send($0) }
          }
        }
        continue
      }
      statements += line + [0x0A]
      if isData && statements.count > Self.batchBytes && line.last == UInt8(ascii: ";") { try flush() }
    }
    try flush()
    guard connection.isInTransaction else { throw DatabaseProblem.transactionLost(section) }
    // The script empties the search path for the session.
    try connection.execute("SET LOCAL search_path = pg_catalog")
  }
}
