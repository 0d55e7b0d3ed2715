// A file in which a checkpoint differs from its commit.

import FileSystem

package struct ChangedFile: Codable, Sendable {
  package enum Change: String, Codable, Sendable { case added, changed, deleted }

  package var path: BytePath
  package var change: Change
  /// nil for binary and very large files.
  package var linesAdded: Int?
  package var linesRemoved: Int?
}
