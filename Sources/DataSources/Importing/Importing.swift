// A data source on whose server a file of its kind can be restored for a moment, to be recorded from there.

import Checkpoints
import ChunkStore

package protocol Importing: DataSource {
  /// Restores the file without touching anything that is in use, calls `body` with a source that records the result under
  /// this source's own name, and removes it.
  /// - Parameter note: receives what was left out of the file, or restored differently.
  func importing<Result>(
    _ file: DumpFile, _ options: ImportOptions, in store: Store, progress: any ProgressReporter,
    note: @escaping (String) -> Void, _ body: (any DataSource) throws -> Result
  ) throws -> Result
}
