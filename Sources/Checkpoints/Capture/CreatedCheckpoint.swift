// What came of taking a checkpoint: its manifest, and what the user should know about it.

import FileSystem

package struct CreatedCheckpoint: Sendable {
  package var manifest: Manifest
  /// What people should know: nested repositories, dirty submodules, operations in progress.
  package var warnings: [String]
  /// Submodules with changes of their own that are not recorded, because they were not asked for.
  package var leftSubmodules: [BytePath] = []
  /// Files that could not be recorded; the checkpoint is only a part of the state.
  package var unreadable: [String]
  /// Nothing has changed since: this one was taken before.
  package var isEarlier = false
}
