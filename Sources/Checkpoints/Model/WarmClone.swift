// What is known of a checkpoint's databases once they were really restored: the proof, and the database that was kept.

import FileSystem

/// A database on the same server that holds exactly what a checkpoint holds, closed to everybody: rollback renames it
/// into place.
package struct WarmClone: Codable, Sendable, Hashable {
  package enum Origin: String, Codable, Sendable {
    /// From the store.
    case restored
    /// From the live database, nothing having been written to it since the checkpoint.
    case copied
  }

  package enum Condition: Sendable, Equatable {
    case intact
    /// It is there, and was opened or changed since, or never got whole.
    case changed
    case gone
    /// On another server than the one that is configured now.
    case elsewhere
  }

  /// The data source.
  package var source: String
  /// Whether somebody asked for it: then it stays, whatever the policy says.
  package var isAskedFor: Bool?
  /// What tells the server from all others; nil where nobody knows.
  package var server: String?
  package var database: String
  /// The server's own number for it, which survives renaming.
  package var oid: String
  /// What the server's entry of the closed database bears; it changes when anybody opens or alters it. nil for one
  /// that is not whole.
  package var seal: String?
  package var origin: Origin
  /// What it takes on the server's disk.
  package var byteCount: Int
  package var madeAt: Timestamp
  /// What making it took.
  package var seconds: Double
  /// What came back otherwise than it was recorded.
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
