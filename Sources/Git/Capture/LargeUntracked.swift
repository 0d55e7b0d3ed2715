// Untracked files that were left out because of their size.

import FileSystem

/// An untracked file, or a folder if the path ends with a slash, that was not recorded because of its size.
package struct LargeUntracked: Codable, Sendable {
  package var path: BytePath
  package var byteCount: Int
  package var fileCount: Int

  /// The same, with a path that begins in a directory above.
  package func below(_ directory: BytePath) -> LargeUntracked {
    LargeUntracked(path: directory.appending(path), byteCount: byteCount, fileCount: fileCount)
  }
}
