// One side of a comparison: a database as recorded in a checkpoint, or as it is now. Definitions are read once, when they
// are needed, so that a sequence of checkpoints can be compared one by one. It must be used on one thread.

import Checkpoints
import ChunkStore
import FileSystem

package final class ComparedDatabase {
  package let record: SourceRecord
  let document: DatabaseDocument
  let lists: StreamLists
  /// Makes readers for other threads.
  let makeReader: @Sendable () -> ChunkReader
  /// How much of it was read.
  let reading: Reading
  private let reader: ChunkReader
  /// Keeps what was read of the present state until the comparison ends.
  private let session: ChunkSession?
  private var readSchema: RecordedSchema?

  /// How much of a database is read for a comparison.
  package enum Reading: Int, Comparable, Sendable {
    case definitions
    /// Every row, to find out which tables differ; the rows themselves are not kept.
    case fingerprints
    /// Every row; rows that no checkpoint has are kept until the comparison ends.
    case rows

    package static func < (one: Reading, other: Reading) -> Bool { one.rawValue < other.rawValue }
  }

  /// - Throws: `DatabaseProblem.documentMissing` for a database that is only kept on its server.
  package init(_ record: SourceRecord, in store: Store) throws {
    self.record = record
    makeReader = { ChunkReader(store) }
    (reader, reading, session) = (makeReader(), .rows, nil)
    document = try DatabaseDocument(of: record, in: store)
    lists = try StreamLists(document.list, reader)
  }

  /// The database as it is now, read at one moment as for a checkpoint; nothing stays in the store.
  /// - Parameter earlier: the other side; the same parts are read.
  package init(
    _ source: PostgreSQLSource, like earlier: ComparedDatabase?, _ reading: Reading, in store: Store,
    progress: any ProgressReporter
  ) throws {
    var source = source
    if let earlier { source = source.recording(earlier.document.selection ?? DatabaseSelection()) }
    let session = try ChunkSession(store, isForComparing: true)
    // Rows that are only counted are not compressed.
    let counting =
      reading == .fingerprints ? try ChunkSession(store, keepsNothing: true, isForComparing: true) : session
    // Threads that are about to end may hold the sessions for longer than this function.
    var isRead = false
    defer {
      if counting !== session { counting.end() }
      if !isRead { session.end() }
    }
    let found = try DatabaseSnapshot(source).read(
      into: session, rowsInto: reading == .definitions ? nil : counting, progress: progress)
    isRead = true
    (record, document, lists) = (found.record, found.document, StreamLists(found.lists))
    makeReader = { ChunkReader(store, and: session) }
    (reader, self.reading, self.session) = (makeReader(), reading, session)
  }

  /// Drops what was read of the present state.
  package func discard() { session?.end() }

  var archive: ChunkList {
    get throws {
      guard let stream = document.archive else { throw DatabaseProblem.documentMissing }
      return try lists.list(of: stream)
    }
  }

  var schema: RecordedSchema {
    get throws {
      if let readSchema { return readSchema }
      let schema = RecordedSchema(try ArchiveContents.read(ArchiveInput(archive, reader)))
      readSchema = schema
      return schema
    }
  }

  /// The picture of its catalogs; nil for a checkpoint of a version that recorded none.
  var picture: CatalogPicture? { get throws { try CatalogPicture(document, lists, reader) } }

  /// Rows of extensions' tables, and of materialized views that refreshing would change, by table.
  var supplements: [TableName: ChunkList] {
    get throws {
      let all = document.supplementStreams
      return try Dictionary(all.map { ($0.supplement.tableName, try lists.list(of: $0.stream)) }) {
        first, _ in first
      }
    }
  }

  /// Digests of the archive's data other than definitions.
  var archiveData: [ExactText: [String]] {
    get throws { try ArchiveComparison.data(ArchiveInput(archive, reader)) }
  }

  var serverMajor: Int { document.server.version / 10000 }

  /// Whether a name or pattern matches one of its tables.
  package func holds(_ pattern: String) -> Bool {
    document.tables.contains { table in
      ([table.tableName, table.loadThrough].compactMap { $0 } + (table.ancestors ?? [])).contains {
        NamePattern.matches(pattern, table: $0.name, in: $0.schema)
      }
    }
  }

  package var totals: DatabaseChanges.Totals {
    var totals = DatabaseChanges.Totals(record)
    if reading == .definitions { (totals.tables, totals.rows, totals.textByteCount) = (nil, nil, nil) }
    return totals
  }
}

extension DatabaseChanges.Totals {
  package init(_ record: SourceRecord) {
    self.init(
      label: record.label, tables: record.counts["tables"], rows: record.counts["rows"],
      liveByteCount: record.liveByteCount,
      textByteCount: record.document == nil ? nil : record.streamByteCount)
  }
}
