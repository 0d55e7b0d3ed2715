// What came of what a clock began.

import Checkpoints

package struct ScheduledOutcome: Sendable {
  /// nil if the job takes none.
  package internal(set) var checkpoint: CheckpointID?
  /// The names of the remotes that have it.
  package internal(set) var remotes: [String] = []
  package internal(set) var removed: [CheckpointID] = []
  package internal(set) var archived: [CheckpointID] = []
  /// What is not in the checkpoint, one line each.
  package internal(set) var warnings: [String] = []
  /// Whether the job need not be caught up on.
  var isDone = false
  /// What went wrong with what was done, one line each.
  package internal(set) var problems: [String] = []
}
