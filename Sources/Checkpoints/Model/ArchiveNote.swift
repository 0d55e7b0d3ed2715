// That the contents of a checkpoint are in an archive.

import FileSystem

package struct ArchiveNote: Codable, Sendable, Hashable {
  /// When they were put there.
  package var at: Timestamp
  /// The archive's size.
  package var byteCount: Int
  /// Of the whole file.
  package var sha256: String
}
