// Merges, rebases and the like that have begun and not ended. Those whose whole state is a few small
// files beside HEAD are recorded and restored; the others are named, so that nobody rolls back into the
// middle of one by accident.

import FileSystem

package struct OperationInProgress: Sendable {
  package var name: String
  /// The files that make it up; empty for operations that are not restored.
  package var files: [BytePath]

  package var isRestorable: Bool { !files.isEmpty }

  private static let restorable: [(marker: BytePath, name: String, files: [BytePath])] = [
    ("MERGE_HEAD", "merge", ["MERGE_HEAD", "MERGE_MODE", "MERGE_MSG", "MERGE_RR", "AUTO_MERGE"]),
    ("CHERRY_PICK_HEAD", "cherry-pick", ["CHERRY_PICK_HEAD", "MERGE_MSG", "MERGE_RR", "AUTO_MERGE"]),
    ("REVERT_HEAD", "revert", ["REVERT_HEAD", "MERGE_MSG", "MERGE_RR", "AUTO_MERGE"]),
  ]

  private static let complex: [(marker: BytePath, name: String)] = [
    ("rebase-merge", "rebase"), ("rebase-apply/applying", "am"), ("rebase-apply", "rebase"),
    ("sequencer", "cherry-pick or revert of several commits"), ("BISECT_LOG", "bisect"),
  ]

  /// Every file that a restorable operation may have.
  static var allFiles: Set<BytePath> { Set(restorable.flatMap(\.files)) }

  package static func find(in gitDirectory: BytePath) -> OperationInProgress? {
    for (marker, name) in complex where FileTree.exists(gitDirectory.appending(marker)) {
      return OperationInProgress(name: name, files: [])
    }
    for (marker, name, files) in restorable where FileTree.exists(gitDirectory.appending(marker)) {
      return OperationInProgress(
        name: name, files: files.filter { FileTree.exists(gitDirectory.appending($0)) })
    }
    return nil
  }
}
