// One moment of a database. A leading connection exports its snapshot and holds locks on every table; pg_dump reads
// everything but rows at that snapshot, while workers copy the rows.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

final class DatabaseSnapshot: DataSourceSnapshot, Sendable {
  private let source: PostgreSQLSource
  private let leader: Connection
  private let programs: ClientPrograms
  private let snapshotID: String
  private let server: DatabaseDocument.Server
  /// The tables whose rows are recorded.
  private let tables: [CatalogTable]
  /// Tables of extensions, and materialized views.
  private let supplements: [CatalogTable]
  private let unreadable: [TableName]
  private let scope: ArchiveDump.Scope
  private let catalogScope: CatalogQueries.Scope

  /// The database's name, or the one that it had before it was moved aside.
  private let recordedName: String

  init(_ source: PostgreSQLSource, recordedAs name: String? = nil) throws {
    self.source = source
    leader = try source.connect()
    recordedName = name ?? leader.databaseName
    programs = try ClientPrograms.locate(
      serverMajor: leader.serverMajorVersion, prefix: source.located.clientPrefix)
    try leader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try leader.execute("SET LOCAL lock_timeout = '\(source.limits.lock)s'")
    server = try DatabaseCatalog.server(leader)
    snapshotID = try leader.query("SELECT pg_export_snapshot()").first?[0] ?? ""
    do {
      let (all, selection) = (try DatabaseCatalog.tables(leader), source.located.selection)
      let defined = all.filter { selection.includesDefinition(of: $0.name, ancestors: $0.ancestors) }
      let filled = defined.filter { selection.includesRows(of: $0.name, ancestors: $0.ancestors) }
      tables = filled
      (supplements, unreadable) = try DatabaseCatalog.supplements(selection, leader)
      let excluded = try DatabaseCatalog.excluded(by: selection, leader)
      let withRows = Set(filled.map(\.oid))
      let rowless = selection.rowsOf == nil ? defined.filter { !withRows.contains($0.oid) } : []
      // What a rescue leaves out stays in place, so that everything that needs it can be restored.
      var needing =
        excluded.isEmpty || selection.unreadable != nil
        ? [] : try LivePart(relations: excluded.map(\.oid)).needing(leader)
      if !rowless.isEmpty {
        needing += try LivePart(relations: rowless.map(\.oid)).foreignKeyNames(leader)
      }
      if !needing.isEmpty { throw DatabaseProblem.excludedNeeded(needing) }
      try DatabaseCatalog.requireReadable(selection, leader)
      scope = ArchiveDump.Scope(
        schemas: try DatabaseCatalog.schemas(of: selection, leader), withoutRows: defined.map(\.name),
        excluded: excluded.map(\.name))
      catalogScope = .init(schemas: scope.schemas, excluded: excluded.map(\.oid))
      try Self.lock(defined, leader)
    } catch let error as DatabaseError where error.isLockTimeout {
      try leader.execute("ROLLBACK")
      throw DatabaseProblem.locked(
        seconds: source.limits.lock, holders: try DatabaseCatalog.lockHolders(leader))
    }
    try leader.execute("SET LOCAL lock_timeout = 0")
  }

  /// Locks every table with ACCESS SHARE first, so that no worker later waits for a session that waits for us.
  private static func lock(_ tables: [CatalogTable], _ leader: Connection) throws {
    for start in stride(from: 0, to: tables.count, by: 500) {
      let names = tables[start..<min(start + 500, tables.count)].map { "ONLY \($0.name.quoted)" }
      // As a script, because that can be interrupted while it waits.
      try leader.execute(
        script: Array("LOCK TABLE \(names.joined(separator: ", ")) IN ACCESS SHARE MODE".utf8))
    }
  }

  func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord {
    try read(into: session, rowsInto: session, progress: progress).record
  }

  /// What was read, before it is published in the store.
  struct Reading {
    var record: SourceRecord
    var document: DatabaseDocument
    var lists: ChunkList
  }

  /// - Parameters:
  ///   - session: receives everything but rows.
  ///   - rowSession: receives rows; nil to leave out rows and their tables.
  func read(
    into session: ChunkSession, rowsInto rowSession: ChunkSession?, progress: any ProgressReporter
  ) throws -> Reading {
    let encoding = try encoding()
    let tables = rowSession == nil ? [] : tables
    let supplements = rowSession == nil ? [] : supplements
    let dump = ArchiveDump(
      programs: programs, parameters: source.located.parameters.with(database: leader.databaseName),
      limits: source.limits, snapshotID: snapshotID, encoding: encoding, scope: scope)
    // With many tables pg_dump takes longest, so it starts first; it also needs a connection.
    let archive = Pending { try ConnectionSupply.awaitingRoom { try dump.run(into: session) } }
    let room = try ConnectionRoom.free(leader)
    if room < 2 { _ = try archive.get() }
    let lists: [ChunkList]
    let facts: SnapshotFacts
    do {
      let rows = RowDump(
        source: source.limited(to: room - 1), snapshotID: snapshotID, encoding: encoding,
        supportsRanges: leader.serverMajorVersion >= 14,
        tables: try DatabaseCatalog.measure(tables + supplements, leader), session: rowSession ?? session,
        progress: progress)
      let asked = Pending {
        try SnapshotFacts(self.leader, unreadable: self.unreadable, self.catalogScope, tables, into: session)
      }
      let copied = Result { try rows.run() }
      facts = try asked.get()
      lists = try copied.get()
    } catch {
      _ = try? archive.get()
      throw error
    }
    let encoder = ChunkEncoder()
    let archiveList = try archive.get()
    var properties = facts.properties
    properties.name = recordedName
    var document = DatabaseDocument(
      server: server, database: properties, extensions: facts.versions.keys.sorted(), roles: facts.roles,
      selection: source.located.selection.isWhole ? nil : source.located.selection,
      lacksPublicSchema: facts.hasPublicSchema ? nil : true, streams: [], tables: [])
    (document.extensionVersions, document.extensionSequences) = (facts.versions, facts.sequences)
    (document.searchPath, document.reorderedTables) = (facts.searchPath, facts.reordered)
    document.amendments = facts.amendments.isEmpty ? nil : facts.amendments
    document.keyTriggers = facts.keyTriggers.isEmpty ? nil : facts.keyTriggers
    var all = ChunkList()
    document.streams.append(Self.stream(DatabaseDocument.archiveName, archiveList, &all))
    for (table, list) in zip(tables + supplements, lists) {
      var stream = Self.stream(BytePath(table.name.display), list, &all)
      stream.fingerprint = list.fingerprint
      document.streams.append(stream)
    }
    document.tables = tables.map { table in
      .init(
        schema: table.name.schema, name: table.name.name, columns: table.columns, types: table.types,
        relfilenode: table.relfilenode, loadThrough: table.loadThrough,
        ancestors: table.ancestors.isEmpty ? nil : table.ancestors, bound: table.bound,
        generated: facts.generated[table.oid])
    }
    document.supplements = supplements.map { table in
      .init(schema: table.name.schema, name: table.name.name, columns: table.columns, isView: table.isView)
    }
    document.streams.append(Self.stream(DatabaseDocument.catalogName, facts.picture, &all))
    document.streams.append(Self.stream(DatabaseDocument.membersName, facts.members, &all))
    document.list = try session.write(all.encoded, with: encoder)
    try leader.execute("COMMIT")
    var record = SourceRecord(
      name: source.name, type: source.type,
      document: try session.write(JSON.encodeCompactly(document), with: encoder), label: label,
      counts: [
        "tables": tables.count,
        "rows": lists.prefix(tables.count).reduce(0) { $0 + $1.fingerprint.rowCount },
      ],
      liveByteCount: facts.byteCount, streamByteCount: document.streams.reduce(0) { $0 + $1.byteCount })
    record.risks = facts.risks.isEmpty ? nil : facts.risks
    return Reading(record: record, document: document, lists: all)
  }

  private static func stream(_ name: BytePath, _ list: ChunkList, _ all: inout ChunkList) -> StreamRecord {
    StreamRecord(name: name, lines: all.append(list), byteCount: list.byteCount)
  }

  private var label: String { "\(source.located.parameters.with(database: recordedName))" }

  private func encoding() throws -> String {
    try leader.query(
      "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    )
    .first?[0] ?? "UTF8"
  }
}
