// The user and the group that own a file.

package struct FileOwner: Hashable, Sendable, Codable {
  package var user: UInt32
  package var group: UInt32

  package init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }
  package init(_ status: FileStatus) { self.init(user: status.owner, group: status.group) }
}
