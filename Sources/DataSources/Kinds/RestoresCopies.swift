// A data source whose records can be restored under another name: for looking into, for comparing, for staging.

import Checkpoints
import ChunkStore

package protocol RestoresCopies: DataSource {
  /// Restores a record under another name on the same server.
  /// - Parameter replacing: whether something that has the name is swapped with it, and kept.
  func makeCopy(
    named name: String, of record: SourceRecord, _ request: SourceRequest, in store: Store, replacing: Bool,
    progress: any ProgressReporter
  ) throws -> SourceCopy
}
