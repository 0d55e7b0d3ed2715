// A file that a restore is going to write.

import FileSystem

package struct PlannedWrite: Sendable {
  package var path: BytePath
  package var entry: TreeEntry
  /// Whether the file gets the object's bytes. Otherwise git's filters make the file.
  package var isRaw: Bool
  package var permissions: UInt32?
  /// nil if they were not recorded.
  package var rights: FileRights?

  package init(
    path: BytePath, entry: TreeEntry, isRaw: Bool, permissions: UInt32?, rights: FileRights? = nil
  ) {
    self.path = path
    self.entry = entry
    self.isRaw = isRaw
    self.permissions = permissions
    self.rights = rights
  }
}
