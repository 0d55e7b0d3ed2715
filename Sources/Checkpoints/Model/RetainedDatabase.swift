// Contents that a rollback replaced and kept on their server.

import FileSystem

package struct RetainedDatabase: Codable, Sendable, Hashable {
  package var database: String
  /// The server's own number for it, which survives renaming.
  package var oid: String
  /// The name that it had while it was live; it goes back there and nowhere else.
  package var live: String?
  /// The store whose rescue it is. A copy of a project has a copy of its rescues, and none of its databases.
  package var store: BytePath?

  package init(database: String, oid: String, live: String, store: BytePath) {
    (self.database, self.oid, self.live, self.store) = (database, oid, live, store)
  }
}
