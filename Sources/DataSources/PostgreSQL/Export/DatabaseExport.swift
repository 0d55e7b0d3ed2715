// A checkpoint's database, or a part of it, prepared for export in the formats of stock tools. No server is needed:
// everything comes from the store, and pg_restore prints the archive as a script.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

package struct DatabaseExport: Sendable {
  struct Table: Sendable {
    /// The entry that defines the table.
    var entry: ArchiveEntry
    var name: TableName
    var columns: [String]
    var loadThrough: TableName?
    /// Whether statements must say that they give the value of an identity column.
    var overridesIdentity: Bool
    var list: ChunkList

    var target: TableName { loadThrough ?? name }
  }

  let store: Store
  /// Computed from all contents, so it cannot have been written into them.
  let frameKey: String
  let document: DatabaseDocument
  /// Only the entries of the part.
  let contents: ArchiveContents
  let encoding: DatabaseEncoding
  let tables: [Table]
  /// The tables in an order that satisfies foreign keys, as far as there is one.
  let tablesByReference: [Table]
  /// Tables for which there is no such order.
  let circles: [String]
  /// Materialized views with their rows, in an order in which they can be filled; used only for scripts.
  let views: [Table]
  let part: DatabasePart
  let programs: ClientPrograms
  let progress: any ProgressReporter
  let columnOrder: ColumnOrder
  /// What was left out because it refers to tables that are not exported.
  package let leftOut: [String]

  package var tableCount: Int { tables.count }
  package var rowCount: Int { tables.reduce(0) { $0 + $1.list.fingerprint.rowCount } }
  var byteCount: Int { tables.reduce(0) { $0 + $1.list.byteCount } }

  /// - Parameters:
  ///   - prefix: the words before PostgreSQL's programs that run them elsewhere, if the user wants that.
  ///   - fallback: gives such words in case no suitable programs are installed here.
  /// - Throws: `ExportProblem` for a part that does not exist.
  package init(
    _ record: SourceRecord, _ part: DatabasePart, prefix: [String], fallback: () throws -> [String],
    store: Store,
    progress: any ProgressReporter
  ) throws {
    let reader = ChunkReader(store)
    (self.store, self.part, self.progress) = (store, part, progress)
    frameKey = String((record.document?.description ?? "").prefix(48))
    document = try DatabaseDocument(of: record, in: store)
    let whole = try ArchiveContents.read(document, reader)
    try Self.requirePart(part, in: whole)
    let selection = whole.selection(part)
    let (kept, leftOut) = part.isSelective ? whole.standalone(selection) : (selection.dumpIDs, [])
    self.leftOut = leftOut
    var contents = whole
    let tableNames = Set(document.tables.map(\.tableName))
    contents.entries = whole.entries.filter { entry in
      // Rows that are stored separately would be loaded twice.
      let isOurs = entry.kind == "TABLE DATA" && entry.tableName.map(tableNames.contains) == true
      return kept.contains(entry.dumpID) && !isOurs
    }
    contents.entries.insert(contentsOf: part.contents == .data ? [] : whole.schemasBeside(selection), at: 0)
    let reordered = ColumnOrder(document).definitions(whole)
    for index in contents.entries.indices {
      if let definition = reordered[contents.entries[index].dumpID] {
        contents.entries[index].definition = definition
      }
    }
    self.contents = contents
    columnOrder = ColumnOrder(
      document, Set(contents.entries.filter { $0.kind == "TABLE" }.compactMap(\.tableName)).contains)
    encoding = DatabaseEncoding(whole.encoding)
    tables = part.contents == .schema ? [] : try Self.tables(document, whole, selection, reader)
    views = part.contents == .everything ? try Self.views(document, contents, reader) : []
    let order = ReferenceOrder(whole)
    let places = Dictionary(order.order.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    tablesByReference = tables.sorted { places[$0.entry.dumpID] ?? 0 < places[$1.entry.dumpID] ?? 0 }
    circles = tables.filter { order.circles.contains($0.entry.dumpID) }.map(\.name.display)
    // The archive has the version of pg_dump, which may be newer than the server.
    let dumped = String(decoding: whole.header.dumpVersion ?? [], as: UTF8.self).prefix { $0.isNumber }
    let major = max(document.server.version / 10000, Int(dumped) ?? 0)
    do {
      programs = try ClientPrograms.locate(serverMajor: major, prefix: prefix)
    } catch {
      let others = try prefix.isEmpty ? fallback() : []
      if others.isEmpty { throw error }
      programs = try ClientPrograms.locate(serverMajor: major, prefix: others)
    }
  }

  /// Refuses names that match nothing.
  private static func requirePart(_ part: DatabasePart, in contents: ArchiveContents) throws {
    let names = contents.entries.compactMap { $0.kind == "SCHEMA" ? $0.name : $0.schema }
    let schemas = Set(names.map { ExactText($0) }).sorted().map(\.wrappedValue)
    for pattern in part.schemas where !schemas.contains(where: { NamePattern.matches(pattern, $0) }) {
      throw ExportProblem.unknownSchema(pattern, known: schemas)
    }
    let tables = contents.entries.filter { $0.isRelation || $0.kind == "SEQUENCE" }.compactMap(\.tableName)
    for pattern in part.tables
    where !tables.contains(where: { NamePattern.matches(pattern, table: $0.name, in: $0.schema) }) {
      throw ExportProblem.unknownTable(pattern, known: tables.flatMap { [$0.name, $0.display] })
    }
  }

  private static func tables(
    _ document: DatabaseDocument, _ contents: ArchiveContents, _ selection: ArchiveSelection,
    _ reader: ChunkReader
  ) throws -> [Table] {
    let entries = Dictionary(
      contents.entries.filter { $0.kind == "TABLE" }.compactMap { entry in entry.tableName.map { ($0, entry) }
      }
    ) { first, _ in first }
    let overriding = contents.identityTables()
    let lists = try StreamLists(document.list, reader)
    let streams = document.streams.filter { $0.name != DatabaseDocument.archiveName }
    return try zip(document.tables, streams).compactMap { table, stream in
      guard let entry = entries[table.tableName] else {
        throw ExportProblem.tableNotInArchive(table.tableName.display)
      }
      guard selection.relations.contains(table.tableName) else { return nil }
      return Table(
        entry: entry, name: table.tableName, columns: table.columns,
        // Without its root, a partition is filled directly.
        loadThrough: table.loadThrough.flatMap { selection.relations.contains($0) ? $0 : nil },
        overridesIdentity: overriding.contains(entry.dumpID), list: try lists.list(of: stream))
    }
  }

  private static func views(
    _ document: DatabaseDocument, _ contents: ArchiveContents, _ reader: ChunkReader
  ) throws -> [Table] {
    let lists = try StreamLists(document.list, reader)
    let recorded = Dictionary(
      document.supplementStreams.filter(\.supplement.isView).map { ($0.supplement.tableName, $0) }
    ) { first, _ in first }
    // Some views depend on what comes after the rows; pg_restore writes those.
    let early = Set(
      contents.entries.filter {
        $0.kind == "MATERIALIZED VIEW" && $0.section == ArchiveEntry.Section.preData.rawValue
      }.compactMap(\.tableName))
    return try contents.entries.filter(\.isFill).compactMap { entry in
      guard let name = entry.tableName, early.contains(name), let (supplement, stream) = recorded[name] else {
        return nil
      }
      return Table(
        entry: entry, name: name, columns: supplement.columns, loadThrough: nil, overridesIdentity: false,
        list: try lists.list(of: stream))
    }
  }

  // MARK: Parts of scripts

  /// Runs pg_restore for the entries of one section.
  func script(_ section: String, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
    let words = programs.restoreCommand + ["--format=custom", "--section=\(section)", "--file=-"]
    let process = Subprocess(words.map { BytePath($0) }, label: "pg_restore")
    let filled = Set(views.map(\.entry.dumpID))
    var contents = contents
    contents.entries.removeAll { filled.contains($0.dumpID) }
    var head: [UInt8]? = contents.encoded
    // Large objects and configuration tables of extensions are in the data after the table of contents.
    let input = try section == "data" ? rest() : nil
    try process.run(
      feed: {
        defer { head = nil }
        return try head ?? input?.rest() ?? []
      }, consume: consume)
  }

  /// The archive's data, after its table of contents.
  func rest() throws -> ArchiveInput {
    guard let archive = document.archive else { throw DatabaseProblem.documentMissing }
    let reader = ChunkReader(store)
    let input = ArchiveInput(try StreamLists(document.list, reader).list(of: archive), reader)
    _ = try ArchiveContents.read(input)
    return input
  }

  /// The COPY statement, in the database's encoding.
  func copyStatement(_ table: Table) -> [UInt8] {
    encoding.bytes("COPY \(table.target.quoted)\(CatalogTable.list(table.columns)) FROM stdin;\n")
  }

  /// Calls `body` for each table, and reports the progress of rows.
  func forEachTable(_ tables: [Table], _ body: (Table, _ advance: (Int) -> Void) throws -> Void) throws {
    let total = byteCount
    var done = 0
    defer { progress.finish("export rows") }
    for table in tables {
      try body(table) { count in
        done += count
        progress.update("export rows", done: done, total: total, unit: .bytes)
      }
    }
  }
}

extension ArchiveContents {
  /// Tables with a column that is GENERATED ALWAYS AS IDENTITY.
  fileprivate func identityTables() -> Set<Int> {
    let sequences = entries.filter { entry in
      let text = entry.definition ?? []
      return entry.kind == "SEQUENCE" && text.starts(with: "ALTER ".utf8)
        && text.firstRange(of: "GENERATED ALWAYS AS IDENTITY".utf8) != nil
    }
    let owners = owners()
    return Set(sequences.compactMap { owners[$0.dumpID] ?? nil })
  }

  /// The schemas of chosen tables, made if they are missing, without anything else in them.
  fileprivate func schemasBeside(_ selection: ArchiveSelection) -> [ArchiveEntry] {
    let chosen = entries.filter { selection.contains($0) }
    let needed = Set(chosen.compactMap { $0.schema.map { ExactText($0) } }).subtracting(
      chosen.filter { $0.kind == "SCHEMA" }.map { ExactText($0.name) })
    return entries.filter { $0.kind == "SCHEMA" && needed.contains(ExactText($0.name)) }.compactMap { entry in
      let start = Array("CREATE SCHEMA ".utf8)
      guard let definition = entry.definition, definition.starts(with: start) else { return nil }
      var schema = entry
      schema.definition = Array("CREATE SCHEMA IF NOT EXISTS ".utf8) + definition.dropFirst(start.count)
      // pg_restore sets its owner only if there is a statement to drop it.
      schema.dropStatement = []
      schema.owner = []
      return schema
    }
  }
}
