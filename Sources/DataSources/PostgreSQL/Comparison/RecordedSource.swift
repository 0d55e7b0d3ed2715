// A database of a checkpoint that is to be compared, or the reason why its contents cannot be.

import Checkpoints
import ChunkStore

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

  /// The databases of a checkpoint.
  package static func all(of manifest: Manifest, in store: Store) throws -> [RecordedSource] {
    try Catalog(store).sources(of: manifest).filter { $0.type == PostgreSQLSource.typeName }.map {
      RecordedSource($0, in: store)
    }
  }
}
