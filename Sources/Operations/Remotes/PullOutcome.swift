// What became of a pull.

import Checkpoints
import Remotes

package struct PullOutcome {
  package var place: RemotePlace
  package var pulled: [CheckpointID] = []
  /// Those that were here already.
  package var unchanged: [CheckpointID] = []
  /// Those that could not be brought, and why.
  package var failed: [(id: CheckpointID, reason: RemoteProblem)] = []
}
