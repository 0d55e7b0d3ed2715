// What to record of a working copy, and what came of it.

import FileSystem

package struct CapturedState: Sendable {
  package struct Problem: Sendable {
    package var path: BytePath
    package var reason: String

    /// The same, seen from a directory above.
    package func below(_ directory: BytePath) -> Problem {
      Problem(path: directory.appending(path), reason: reason)
    }
  }

  package var state: RecordedState
  package var stagedCount: Int
  package var unstagedCount: Int
  package var untrackedCount: Int
  package var conflictCount: Int
  /// Untracked files that the policy set aside.
  package var setAside: [BytePath]
  /// As in `Status.ignored`.
  package var ignored: [BytePath]
  /// Sockets, pipes and devices, which are not recorded.
  package var special: [BytePath]
  /// Files and directories that could not be read.
  package var problems: [Problem]
  /// Untracked files that are too large to be recorded unasked.
  package var leftOut: [LargeUntracked]
  /// The index's submodules, checked out or not.
  package var submodules: [BytePath]
}
