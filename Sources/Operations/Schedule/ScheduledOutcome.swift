// What came of what a clock began.

import Checkpoints

package struct ScheduledOutcome: Sendable {
  /// nil if the job takes none.
  package internal(set) var checkpoint: CheckpointID?
  package internal(set) var removed: [CheckpointID] = []
  package internal(set) var archived: [CheckpointID] = []
  /// What is not in the checkpoint, one line each.
  package internal(set) var warnings: [String] = []
  /// What went wrong with what was done, one line each.
  package internal(set) var problems: [String] = []
}
