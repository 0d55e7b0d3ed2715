// A database of a checkpoint that is to be compared, or the reason why its contents cannot be.

import Checkpoints
import ChunkStore

struct RecordedDatabase {
  let record: SourceRecord
  let database: ComparedDatabase?
  let problem: String?

  init(_ record: SourceRecord, in store: Store) {
    self.record = record
    if let retained = record.retained, record.document == nil {
      database = nil
      problem = "its contents are not in the store, the server keeps them as \(retained.database)"
      return
    }
    let opened = Result { try ComparedDatabase(record, in: store) }
    database = try? opened.get()
    problem = if case .failure(let error) = opened { "\(error)" } else { nil }
  }
}
