// A data source whose records can be restored under another name, for the user to look into or to compare.

import Checkpoints
import ChunkStore

package protocol RestoresCopies: DataSource {
  /// Restores a record under another name on the same server.
  /// - Parameter replacing: whether it is swapped with an existing one of that name, which is kept.
  func makeCopy(
    named name: String, of record: SourceRecord, _ request: SourceRequest, in store: Store, replacing: Bool,
    progress: any ProgressReporter
  ) throws -> SourceCopy
}
