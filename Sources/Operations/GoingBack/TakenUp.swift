// What became of an interrupted operation.

import Checkpoints

package enum TakenUp {
  case finished(GoBackOutcome)
  /// - Parameter notes: what the user should know.
  case abandoned(operation: OperationKind, target: CheckpointID, notes: [String])
}
