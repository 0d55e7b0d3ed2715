// One side of a comparison: a database as a checkpoint holds it. Definitions are read once, when they are asked for, so
// a row of checkpoints can be compared one by one. Belongs to one thread.

import Checkpoints
import ChunkStore

package final class ComparedDatabase {
  package let record: SourceRecord
  let document: DatabaseDocument
  let lists: StreamLists
  let reader: ChunkReader
  let store: Store
  private var readSchema: RecordedSchema?

  /// - Throws: `DatabaseProblem.documentMissing` for a database that was kept on its server and not copied.
  package init(_ record: SourceRecord, in store: Store) throws {
    (self.record, self.store) = (record, store)
    reader = ChunkReader(store)
    document = try PostgreSQLSource.document(of: record, in: store)
    lists = try StreamLists(document.list, reader)
  }

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

  package var totals: DatabaseChanges.Totals { .init(record) }
}

extension DatabaseChanges.Totals {
  package init(_ record: SourceRecord) {
    self.init(
      label: record.label, tables: record.counts["tables"], rows: record.counts["rows"],
      liveByteCount: record.liveByteCount,
      textByteCount: record.document == nil ? nil : record.streamByteCount)
  }
}

/// What of two databases is compared.
package struct DatabaseComparison {
  package var comparesSchema = true
  package var comparesTables = true

  package init() {}

  /// What differs in `after`; reads no rows.
  package func changes(from before: ComparedDatabase, to after: ComparedDatabase) throws -> DatabaseChanges {
    var changes = DatabaseChanges(name: after.record.name, before: before.totals, after: after.totals)
    // Archives of the same bytes hold the same.
    if try before.archive.chunks.map(\.id) == after.archive.chunks.map(\.id) {
      if comparesSchema { changes.schema = SchemaChanges() }
      if comparesTables { changes.sequences = [] }
    } else {
      let comparison = SchemaComparison(try before.schema, try after.schema)
      if comparesSchema { changes.schema = comparison.changes }
      if comparesTables { changes.sequences = comparison.sequences }
    }
    if comparesTables { changes.tables = try TableComparison(before, after).changes }
    return changes
  }

  /// The databases of two checkpoints by their names, for those who compare checkpoint after checkpoint.
  /// - Parameters:
  ///   - before: as `records` gave them.
  ///   - after: of the later checkpoint.
  package func changes(
    from before: [RecordedSource], to after: [RecordedSource]
  ) throws -> [DatabaseChanges] {
    let names = Set((before + after).map(\.record.name)).sorted()
    return try names.map { name in
      let (old, new) = (before.first { $0.record.name == name }, after.first { $0.record.name == name })
      if let one = old?.database, let other = new?.database { return try changes(from: one, to: other) }
      var found = DatabaseChanges(
        name: name, before: (old?.record).map { .init($0) }, after: (new?.record).map { .init($0) })
      for (source, side) in [(old, "before"), (new, "after")] {
        if let source, let problem = source.problem { found.problems.append("\(side): \(problem)") }
      }
      return found
    }
  }
}

/// A database of a checkpoint, or why its contents cannot be compared.
package struct RecordedSource {
  package var record: SourceRecord
  package var database: ComparedDatabase?
  package var problem: String?

  package init(_ record: SourceRecord, in store: Store) {
    self.record = record
    if let retained = record.retained, record.document == nil {
      problem = "its contents are not in the store, the server keeps them as \(retained.database)"
      return
    }
    do { database = try ComparedDatabase(record, in: store) } catch { problem = "\(error)" }
  }

  /// A checkpoint's databases.
  package static func all(of manifest: Manifest, in store: Store) throws -> [RecordedSource] {
    try Catalog(store).sources(of: manifest).filter { $0.type == PostgreSQLSource.typeName }.map {
      RecordedSource($0, in: store)
    }
  }
}
