// How far taking a checkpoint has come, for a watcher that need not wait for the copies: a git hook lets git go on as soon as
// everything is fixed.

package enum CaptureMoment: Sendable {
  /// The moment of every source is fixed, or one of them failed.
  case sources((any Error)?)
  /// Git's state is recorded as well: later changes are not in the checkpoint. If the newest checkpoint has the same files,
  /// the sources decide whether there will be a new one.
  case everything(CreatedCheckpoint, sameFilesAs: CheckpointID?)
}
