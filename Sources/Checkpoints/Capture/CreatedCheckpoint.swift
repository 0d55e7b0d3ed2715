// What came of taking a checkpoint: its manifest, and what the user should know about it.

package struct CreatedCheckpoint: Sendable {
  package var manifest: Manifest
  /// What people should know: nested repositories, dirty submodules, operations in progress.
  package var warnings: [String]
  /// Files that could not be recorded; the checkpoint is only a part of the state.
  package var unreadable: [String]
  /// Nothing has changed since: this one was taken before.
  package var isEarlier = false
}
