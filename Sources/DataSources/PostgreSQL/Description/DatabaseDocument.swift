// What a checkpoint knows of a database beside its rows: a `SourceDocument` with the server, the moment,
// the properties of the database itself, and the shape of each table.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

struct DatabaseDocument: Codable {
  /// The stream of pg_dump's archive.
  static let archiveName: BytePath = "archive"
  /// What the catalogs say of everything, to compare: `CatalogPicture`.
  static let catalogName: BytePath = "catalog"
  /// `ExtensionMember`s, as JSON.
  static let membersName: BytePath = "extension members"

  struct Server: Codable {
    var version: Int
    var systemIdentifier: String
    var timeline: String
    /// The write-ahead log's position when the snapshot was taken.
    var lsn: String
    /// `xmin:xmax:xip`
    var snapshot: String

    var major: Int { version / 10000 }
  }

  struct Table: Codable {
    var schema: String
    var name: String
    /// Columns that COPY carries, in order: generated ones are not among them.
    var columns: [String]
    /// The types of those columns, as `format_type` gives them.
    var types: [String]
    var relfilenode: String
    /// Rows whose place among partitions can differ on another database go in through this table.
    var loadThrough: TableName?
    /// The partitioned tables that it belongs to, the nearest first, and which of its rows are here.
    var ancestors: [TableName]?
    var bound: String?

    /// A digest of the stored values of its generated columns; nil if it has none.
    var generated: String?

    var root: TableName? { ancestors?.last }

    var tableName: TableName { TableName(schema: schema, name: name) }
  }

  /// Rows that are in no table of the user's own.
  struct Supplement: Codable, Hashable {
    var schema: String
    var name: String
    var columns: [String]
    /// A materialized view; else a table of an extension.
    var isView: Bool

    var tableName: TableName { TableName(schema: schema, name: name) }
  }

  struct SequenceValue: Codable, Hashable {
    var name: TableName
    var value: String
    var isCalled: Bool
  }

  var version = 1
  var server: Server
  var database: DatabaseProperties
  var extensions: [String]
  /// Their versions, by name.
  var extensionVersions: [String: String]?
  /// Values of the sequences of extensions.
  var extensionSequences: [SequenceValue]?
  /// The search path of a session that sets none: functions that were written for it may find nothing without it.
  var searchPath: String?
  var reorderedTables: [ReorderedTable]?
  /// Triggers of foreign keys that are not in their usual state.
  var keyTriggers: [KeyTrigger]?
  /// What is set right after the definitions.
  var amendments: [Amendment]?
  /// Roles that own something or have privileges.
  var roles: [String]?
  /// nil where everything was recorded.
  var selection: DatabaseSelection?
  /// The chunk with the lists of all streams.
  var list: ChunkID?
  /// Set where somebody dropped the schema that every new database has.
  var lacksPublicSchema: Bool?
  /// The archive, one for each of `tables`, one for each of `supplements`, then those with names of their own.
  var streams: [StreamRecord]
  var tables: [Table]
  var supplements: [Supplement]?

  func rowCount(ofTable index: Int) -> Int { streams[index + 1].fingerprint?.rowCount ?? 0 }

  /// Whether it is about a whole database, and not about some of its schemas or rows, which come back into what is there.
  var isDatabase: Bool { selection?.part == nil }

  /// Takes tables out, with their rows.
  mutating func leaveOut(_ isLeftOut: (TableName) -> Bool) {
    let left = Set(tables.indices.filter { isLeftOut(tables[$0].tableName) })
    if left.isEmpty { return }
    tables = tables.enumerated().filter { !left.contains($0.offset) }.map(\.element)
    streams = streams.enumerated().filter { !left.contains($0.offset - 1) }.map(\.element)
  }

  /// Whether another one is of the same database with the same rows and properties. What archives hold is not looked at.
  func isSameDatabase(as other: DatabaseDocument) throws -> Bool {
    guard server.systemIdentifier == other.server.systemIdentifier else { return false }
    // By their tables, whose names are not ambiguous as those of streams are.
    func rows(_ document: DatabaseDocument) -> [TableName: RowFingerprint?] {
      Dictionary(
        zip(
          document.tables.map(\.tableName) + (document.supplements ?? []).map(\.tableName),
          document.streams.dropFirst().map(\.fingerprint)),
        uniquingKeysWith: { one, _ in one })
    }
    guard streams.count == other.streams.count, rows(self) == rows(other) else { return false }
    /// Without what changes from one snapshot to the next.
    func essence(_ document: DatabaseDocument) throws -> [UInt8] {
      var document = document
      document.server = other.server
      (document.list, document.streams) = (nil, [])
      for index in document.tables.indices { document.tables[index].relfilenode = "" }
      return try JSON.encodeCompactly(document)
    }
    return try essence(self) == essence(other)
  }

  var archive: StreamRecord? { streams.first { $0.name == Self.archiveName } }

  /// What is recorded under a name that is no table's.
  func stream(_ name: BytePath) -> StreamRecord? {
    streams.dropFirst(1 + tables.count + (supplements?.count ?? 0)).first { $0.name == name }
  }

  /// The supplements with their streams.
  var supplementStreams: [(supplement: Supplement, stream: StreamRecord)] {
    Array(zip(supplements ?? [], streams.dropFirst(1 + tables.count)))
  }
}

extension DatabaseDocument: StoredDocument {
  /// Requires that every table and supplement has its stream.
  func check() throws {
    guard streams.count >= 1 + tables.count + (supplements?.count ?? 0) else {
      throw ForeignValue("tables have no rows of their own")
    }
    try streams.checkCounts()
  }
}

extension DatabaseDocument {
  /// The document of a recorded database.
  /// - Throws: `DatabaseProblem.documentMissing` if its contents are not in the store.
  init(of record: SourceRecord, in store: Store) throws {
    guard let id = record.document else { throw DatabaseProblem.documentMissing }
    self = try ChunkReader(store).document(DatabaseDocument.self, id)
  }
}
