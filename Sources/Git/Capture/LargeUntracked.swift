// Untracked files that were left out because of their size.

import FileSystem

/// An untracked file, or with a slash at the end of its path a folder, that was not recorded because of its size.
package struct LargeUntracked: Codable, Sendable {
  package var path: BytePath
  package var byteCount: Int
  package var fileCount: Int

  /// The same, seen from a directory above.
  package func below(_ directory: BytePath) -> LargeUntracked {
    LargeUntracked(path: directory.appending(path), byteCount: byteCount, fileCount: fileCount)
  }
}
