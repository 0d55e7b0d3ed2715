// What became of checkpoints that were to be archived.

import Checkpoints
import FileSystem

package struct ArchiveOutcome {
  package struct Archived: Sendable {
    package let id: CheckpointID
    package let path: BytePath
    package let byteCount: Int
  }

  package var archived: [Archived] = []
  /// Those that were archived before.
  package var unchanged: [CheckpointID] = []
  /// Those that stay as they are, and why.
  package var left: [(id: CheckpointID, reason: any Error)] = []
  /// nil if nothing was archived; a failure if the space could not be freed.
  package var collection: Result<GarbageCollection.Result, any Error>?

  init() {}
}
