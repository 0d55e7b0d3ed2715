// A transaction that was prepared for a two-phase commit and belongs to no session.

import Postgres

/// One that waits for COMMIT PREPARED or ROLLBACK PREPARED, by itself and for as long as it takes.
package struct PreparedTransaction: Sendable, CustomStringConvertible {
  package var gid: String
  package var owner: String
  package var seconds: Int

  package var description: String { "'\(gid)' of \(owner), prepared \(seconds) s ago" }
  package var quotedGID: String { gid.asLiteral }
}

extension PreparedTransaction {
  /// Prepared transactions of a database, which keep it from being renamed and dropped.
  /// - Parameter isLockingOnly: only those that hold locks on what users have made there.
  static func all(
    in database: String, isLockingOnly: Bool = false, _ connection: Connection
  ) throws -> [PreparedTransaction] {
    let locks = """
      AND EXISTS (
        SELECT FROM pg_locks t JOIN pg_locks l USING (virtualtransaction)
        WHERE t.pid IS NULL AND t.locktype = 'transactionid' AND t.transactionid = p.transaction AND l.pid IS NULL
          AND l.database = p.dbid
          AND (l.locktype = 'relation' AND l.relation >= 16384 OR l.locktype = 'object' AND l.objid >= 16384))
      """
    // Every rollback asks it, and the views over such functions cost several times as much to plan as they answer.
    return try connection.query(
      """
      SELECT p.gid, pg_get_userbyid(p.ownerid), extract(epoch FROM now() - p.prepared)::bigint
      FROM pg_prepared_xact() p
      WHERE p.dbid = (SELECT oid FROM pg_database WHERE datname = $1) \(isLockingOnly ? locks : "")
      ORDER BY p.prepared
      """, [database]
    ).map { row in
      PreparedTransaction(gid: row[0] ?? "", owner: row[1] ?? "?", seconds: row[2].flatMap { Int($0) } ?? 0)
    }
  }
}
