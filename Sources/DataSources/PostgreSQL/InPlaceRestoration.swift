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
  private enum Outcome { case notBegun, rolledBack, committed }
  private var outcome = Outcome.notBegun

  init(_ document: DatabaseDocument, access: ServerAccess, context: RestoreContext) throws {
    (self.document, self.access, self.context) = (document, access, context)
    programs = try ClientPrograms.locate(
      serverMajor: access.serverMajor, prefix: access.source.located.clientPrefix)
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
    try replace(with: document, rescue: rescue)
  }

  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws {
    // A transaction that did not commit left nothing; one that did is undone by the copy in the rescue.
    // Whether one of a killed process did is not known, and the copy is right in both cases.
    guard state != nil, let rescue, outcome == .committed || (outcome == .notBegun && context.isResuming)
    else {
      return
    }
    try replace(with: PostgreSQLSource.document(of: rescue, in: context.store), rescue: nil)
  }

  func finish(_ state: RestoreState) throws -> [String] { [] }

  private func replace(with document: DatabaseDocument, rescue: SourceRecord?) throws {
    let archive = try ArchiveRestore(
      document, programs: programs, limits: access.source.limits, store: context.store, token: context.token)
    let connection = try access.source.connect()
    try connection.execute("BEGIN")
    outcome = .rolledBack
    do {
      try connection.execute("SET LOCAL lock_timeout = '\(access.source.limits.lock)s'")
      try connection.execute("SET LOCAL check_function_bodies = off")
      if let rescue {
        do { try requireUnchanged(since: rescue, connection) } catch let error as DatabaseProblem {
          // A process that was killed behind its commit has done the work already.
          guard context.isResuming, (try? requireEqual(to: document, connection)) != nil else { throw error }
          return try connection.execute("ROLLBACK")
        }
      }
      try dropEverything(connection)
      try run(archive.script("pre-data"), connection)
      try RowLoad(
        store: context.store, encoding: document.database.encoding,
        tables: RowLoad.tables(of: document, in: context.store), progress: context.progress
      ).loadAll(connection)
      try run(archive.script("data"), connection)
      try run(archive.script("post-data"), connection)
      _ = try document.database.apply(
        to: connection.databaseName, over: DatabaseProperties.read(connection), connection)
      // Should the connection break now, nobody knows which it was; the copy is right in both cases.
      outcome = .committed
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

  /// Locks every table and compares it with the rescue's copy: what was written in between would be lost.
  private func requireUnchanged(since rescue: SourceRecord, _ connection: Connection) throws {
    let tables = try DatabaseCatalog.tables(connection)
    for start in stride(from: 0, to: tables.count, by: 500) {
      let names = tables[start..<min(start + 500, tables.count)].map { "ONLY \($0.name.quoted)" }
      try connection.execute("LOCK TABLE \(names.joined(separator: ", ")) IN ACCESS EXCLUSIVE MODE")
    }
    do {
      try requireEqual(to: PostgreSQLSource.document(of: rescue, in: context.store), connection)
    } catch DatabaseProblem.mismatch(let tables) {
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

  /// Everything that does not belong to the system or to an extension. Extensions stay: who may not create
  /// databases may seldom create them either, and the archive makes those that are missing.
  private func dropEverything(_ connection: Connection) throws {
    let schemas = try connection.query(
      """
      SELECT quote_ident(n.nspname) FROM pg_namespace n
      WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public') AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
          AND d.classid = 'pg_extension'::regclass)
      """
    ).compactMap { $0[0] }
    for schema in schemas { try connection.execute("DROP SCHEMA \(schema) CASCADE") }
    try connection.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
    // What is left stands in public or in an extension's schema. Dropping one object may drop others, so
    // the list is asked for again until it is empty.
    while let object = try connection.query(Self.nextObject).first, let type = object[0], let name = object[1]
    {
      try connection.execute("DROP \(type) IF EXISTS \(name) CASCADE")
    }
  }

  private static let nextObject = """
    SELECT i.type, i.identity FROM (
      SELECT 'pg_class'::regclass AS classid, oid, relnamespace AS namespace, 1 AS rank FROM pg_class
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f') OR (relkind = 'S' AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid
            AND d.deptype IN ('a', 'i')))
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, 2 FROM pg_proc
      UNION ALL SELECT 'pg_type'::regclass, t.oid, typnamespace, 3 FROM pg_type t
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typcategory <> 'A' AND (t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
      UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace, 4 FROM pg_operator
      UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace, 5 FROM pg_opfamily
      UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace, 6 FROM pg_collation
      UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace, 6 FROM pg_conversion
      UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, 7 FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, 8 FROM pg_ts_dict
    ) o JOIN pg_namespace n ON n.oid = o.namespace, pg_identify_object(o.classid, o.oid, 0) i
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
    ORDER BY o.rank LIMIT 1
    """

  /// Runs a script of pg_restore. Only its data section holds `COPY` blocks, whose rows follow the
  /// statement and end with `\\.`; lines that begin with `\\` outside are commands of psql.
  private func run(_ script: [UInt8], _ connection: Connection) throws {
    var statements: [UInt8] = []
    var lines = script.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
    func flush() throws {
      if !statements.isEmpty { try connection.execute(script: statements) }
      statements = []
    }
    while let line = lines.popFirst() {
      if line.starts(with: #"\restrict "#.utf8) || line.starts(with: #"\unrestrict "#.utf8) { continue }
      guard line.starts(with: "COPY ".utf8), line.suffix(11).elementsEqual("FROM stdin;".utf8) else {
        statements += line + [0x0A]
        continue
      }
      try flush()
      try connection.copyIn(String(decoding: line.dropLast(), as: UTF8.self)) { send in
        while let row = lines.popFirst(), !row.elementsEqual(#"\."#.utf8) {
          try (Array(row) + [0x0A]).withUnsafeBytes { try send($0) }
        }
      }
    }
    try flush()
    // The script empties the search path for the session.
    try connection.execute("SET LOCAL search_path = pg_catalog")
  }
}
