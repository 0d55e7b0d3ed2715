// A data source beside which a file of its kind can be restored, to be recorded from there.

import Checkpoints
import ChunkStore

package protocol Importing: DataSource {
  /// Restores the file beside everything that is in use, calls `body` with a source that records what came of it under this
  /// source's own name, and removes it.
  /// - Parameter note: hears what of the file was left out, or came in otherwise than it says.
  func importing<Result>(
    _ file: DumpFile, _ options: ImportOptions, in store: Store, progress: any ProgressReporter,
    note: @escaping (String) -> Void, _ body: (any DataSource) throws -> Result
  ) throws -> Result
}
