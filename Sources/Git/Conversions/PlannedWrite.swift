// A file that a restore is going to write.

import FileSystem

package struct PlannedWrite: Sendable {
  package var path: BytePath
  package var entry: TreeEntry
  /// Bytes as recorded; otherwise git's filters make the file.
  package var isRaw: Bool
  package var permissions: UInt32?
  /// nil where nothing is known of them.
  package var rights: FileRights?

  package init(
    path: BytePath, entry: TreeEntry, isRaw: Bool, permissions: UInt32?, rights: FileRights? = nil
  ) {
    (self.path, self.entry, self.isRaw) = (path, entry, isRaw)
    (self.permissions, self.rights) = (permissions, rights)
  }
}
