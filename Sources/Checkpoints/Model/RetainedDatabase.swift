// A database that a rollback replaced and kept on its server under another name.

import FileSystem

package struct RetainedDatabase: Codable, Sendable, Hashable {
  package var database: String
  /// Its OID, which stays the same if it is renamed.
  package var oid: String
  /// The name that it had while it was live. It is restored to no other name.
  package var live: String?
  /// The store of the rescue that it belongs to. A copied project has copies of the rescues, but not of their databases.
  package var store: BytePath?

  package init(database: String, oid: String, live: String, store: BytePath) {
    (self.database, self.oid, self.live, self.store) = (database, oid, live, store)
  }
}
