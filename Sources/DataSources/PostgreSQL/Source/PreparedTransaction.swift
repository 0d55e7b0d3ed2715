// A transaction that was prepared for a two-phase commit. It belongs to no session, and waits for COMMIT PREPARED or
// ROLLBACK PREPARED for any length of time.

import Postgres

package struct PreparedTransaction: Sendable, CustomStringConvertible {
  package var gid: String
  package var owner: String
  package var seconds: Int

  package var description: String { "'\(gid)' of \(owner), prepared \(seconds) s ago" }
  package var quotedGID: String { gid.asLiteral }
}

extension PreparedTransaction {
  /// Prepared transactions of a database, which prevent renaming and dropping it.
  /// - Parameter isLockingOnly: whether to return only those that hold locks on objects of users.
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
    // Every rollback runs this, and planning the views over these functions takes several times as long as the answer.
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
