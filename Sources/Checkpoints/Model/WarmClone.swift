// A database on the same server that holds exactly what a checkpoint holds, closed to all sessions, so that a rollback only
// has to rename it.

import FileSystem

package struct WarmClone: Codable, Sendable, Hashable {
  package enum Origin: String, Codable, Sendable {
    /// Restored from the store.
    case restored
    /// Copied from the live database, to which nothing had been written since the checkpoint.
    case copied
  }

  package enum Condition: Sendable, Equatable {
    case intact
    /// It exists, but was opened or changed since, or was never completed.
    case changed
    case gone
    /// On a server other than the one that is configured now.
    case elsewhere
  }

  /// The name of the data source.
  package var source: String
  /// True if the user asked for it: then it is kept, whatever the policy says.
  package var isAskedFor: Bool?
  /// The server's system identifier; nil if unknown.
  package var server: String?
  package var database: String
  /// Its OID, which stays the same if it is renamed.
  package var oid: String
  /// A number in the server's entry of the closed database, which changes whenever it is opened or altered; nil until it is
  /// complete.
  /// complete.
  package var seal: String?
  package var origin: Origin
  /// Its size on the server's disk.
  package var byteCount: Int
  package var madeAt: Timestamp
  /// How long it took to make.
  package var seconds: Double
  /// What came back differently.
  package var remarks: [String]?

  package init(
    source: String, server: String?, database: String, oid: String, seal: String?, origin: Origin,
    remarks: [String]? = nil, byteCount: Int, madeAt: Timestamp, seconds: Double
  ) {
    (self.source, self.server, self.database) = (source, server, database)
    (self.oid, self.seal, self.remarks) = (oid, seal, remarks)
    (self.origin, self.byteCount, self.madeAt, self.seconds) = (origin, byteCount, madeAt, seconds)
  }
}
