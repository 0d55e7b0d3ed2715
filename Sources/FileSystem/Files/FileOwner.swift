// The user and the group that own a file.

import Glibc

package struct FileOwner: Hashable, Sendable, Codable {
  package var user: UInt32
  package var group: UInt32

  package init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }
  /// Gives it to them, which only root may do.
  package func own(_ path: BytePath) throws(SystemError) {
    try path.withCString { name throws(SystemError) in
      _ = try check("set the owner of", path) { lchown(name, user, group) }
    }
  }

  package init(_ status: FileStatus) { self.init(user: status.owner, group: status.group) }
}
