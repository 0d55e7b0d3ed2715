// A line in the list of a remote.

import Checkpoints
import FileSystem

/// A checkpoint on a remote.
package struct ListedOnRemote {
  package var id: CheckpointID
  package var manifest: Manifest
  /// The store that pushed it.
  package var origin: String
  /// The machine that pushed it.
  package var host: String
  package var pushedAt: Timestamp
  /// Whether the store has it, too.
  package var isHere: Bool
}
