// What the user should know of the checkpoint that an operation has chosen.

import Checkpoints

package enum TargetRemark: Sendable {
  case lastStable(CheckpointID, reason: Stability.Reason?)
  /// No checkpoint is stable, so it is the latest one.
  case noneStable
  /// A release's record is of git only.
  case ofGit(CheckpointID)
  /// No checkpoint was taken at the release tag, so git's part comes back and nothing else.
  case release(tag: String)
}
