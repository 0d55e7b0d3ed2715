// Files can be imported on the server of a PostgreSQL database.

import Checkpoints
import ChunkStore

extension PostgreSQLSource: Importing {
  package func importing<Result>(
    _ file: DumpFile, _ options: ImportOptions, in store: Store, progress: any ProgressReporter,
    note: @escaping (String) -> Void, _ body: (any DataSource) throws -> Result
  ) throws -> Result {
    try DatabaseImport(self, options, store: store, progress: progress, note: note).run(file, body)
  }
}
