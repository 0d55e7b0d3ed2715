// PostgreSQL databases can be restored under another name.

import Checkpoints
import ChunkStore

extension PostgreSQLSource: RestoresCopies {
  package func makeCopy(
    named name: String, of record: SourceRecord, _ request: SourceRequest, in store: Store, replacing: Bool,
    progress: any ProgressReporter
  ) throws -> SourceCopy {
    let copy = try DatabaseCopy(self, DatabaseRequest(request), store: store, progress: progress)
    let (kept, notes, unrestored) = try copy.make(name, from: record, replacing: replacing)
    return SourceCopy(kept: kept, notes: notes, unrestored: unrestored)
  }
}
