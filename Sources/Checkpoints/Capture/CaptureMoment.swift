// How far taking a checkpoint has come, for a watcher that need not wait for the copies: a git hook lets git go on as soon as
// everything is fixed.

/// What a capture has behind it.
package enum CaptureMoment: Sendable {
  /// The moments of all sources are fixed, or one cannot be.
  case sources((any Error)?)
  /// Git's state is recorded, too: what happens from now on is not in the checkpoint. The newest one may hold the same
  /// files; whether there will be a new one then depends on the sources.
  case everything(CreatedCheckpoint, sameFilesAs: CheckpointID?)
}
