// The result of recording a working copy.

import FileSystem

package struct CapturedState: Sendable {
  package struct Problem: Sendable {
    package var path: BytePath
    package var reason: String

    /// The same, with a path that begins in a directory above.
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
  /// Untracked files that were left out because they are large.
  package var leftOut: [LargeUntracked]
  /// The submodules in the index, checked out or not.
  package var submodules: [BytePath]
}
