// What a checkpoint has of a database besides its rows: a `SourceDocument` with the server, the moment, the properties of
// the database itself, and the columns of each table.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

struct DatabaseDocument: Codable {
  /// The name of the stream with pg_dump's archive.
  static let archiveName: BytePath = "archive"
  /// The stream with the `CatalogPicture`, for comparisons.
  static let catalogName: BytePath = "catalog"
  /// The stream with the `ExtensionMember`s, as JSON.
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
    /// The columns that COPY writes, in order; generated columns are not among them.
    var columns: [String]
    /// The types of those columns, as `format_type` gives them.
    var types: [String]
    var relfilenode: String
    /// Set if rows may belong to another partition in another database: they are loaded through this table.
    var loadThrough: TableName?
    /// The partitioned tables that it belongs to, the nearest first, and the bound of its own rows.
    var ancestors: [TableName]?
    var bound: String?

    /// A digest of the stored values of its generated columns; nil if it has none.
    var generated: String?

    var root: TableName? { ancestors?.last }

    var tableName: TableName { TableName(schema: schema, name: name) }
  }

  /// Rows that are in no table of the user.
  struct Supplement: Codable, Hashable {
    var schema: String
    var name: String
    var columns: [String]
    /// True for a materialized view, false for a table of an extension.
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
  /// The versions of extensions, by name.
  var extensionVersions: [String: String]?
  /// Values of the sequences of extensions.
  var extensionSequences: [SequenceValue]?
  /// The search path of a session that sets none: functions may need it to find names.
  var searchPath: String?
  var reorderedTables: [ReorderedTable]?
  /// Triggers of foreign keys that are not in their usual state.
  var keyTriggers: [KeyTrigger]?
  /// Statements to run after the definitions.
  var amendments: [Amendment]?
  /// Roles that own something or have privileges.
  var roles: [String]?
  /// What was recorded; nil for everything.
  var selection: DatabaseSelection?
  /// The chunk with the lists of all streams.
  var list: ChunkID?
  /// Set if the schema `public`, which every new database has, was dropped.
  var lacksPublicSchema: Bool?
  /// The archive, one stream for each of `tables`, one for each of `supplements`, then the named ones.
  var streams: [StreamRecord]
  var tables: [Table]
  var supplements: [Supplement]?

  func rowCount(ofTable index: Int) -> Int { streams[index + 1].fingerprint?.rowCount ?? 0 }

  /// Whether it is a whole database. Some schemas or rows are restored into an existing one.
  var isDatabase: Bool { selection?.part == nil }

  /// Removes tables with their rows.
  mutating func leaveOut(_ isLeftOut: (TableName) -> Bool) {
    let left = Set(tables.indices.filter { isLeftOut(tables[$0].tableName) })
    if left.isEmpty { return }
    tables = tables.enumerated().filter { !left.contains($0.offset) }.map(\.element)
    streams = streams.enumerated().filter { !left.contains($0.offset - 1) }.map(\.element)
  }

  /// Whether another document is of the same database with the same rows and properties. Archives are not compared.
  func isSameDatabase(as other: DatabaseDocument) throws -> Bool {
    guard server.systemIdentifier == other.server.systemIdentifier else { return false }
    // By table, because names of streams can be ambiguous.
    func rows(_ document: DatabaseDocument) -> [TableName: RowFingerprint?] {
      Dictionary(
        zip(
          document.tables.map(\.tableName) + (document.supplements ?? []).map(\.tableName),
          document.streams.dropFirst().map(\.fingerprint)),
        uniquingKeysWith: { one, _ in one })
    }
    guard streams.count == other.streams.count, rows(self) == rows(other) else { return false }
    /// The document without what differs between any two snapshots.
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

  /// The stream with a name that is no table's.
  func stream(_ name: BytePath) -> StreamRecord? {
    streams.dropFirst(1 + tables.count + (supplements?.count ?? 0)).first { $0.name == name }
  }

  /// The supplements and their streams.
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
