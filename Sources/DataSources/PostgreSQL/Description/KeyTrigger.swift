// A trigger by which PostgreSQL enforces a foreign key. `ALTER TABLE … DISABLE TRIGGER ALL` disables it as well, which no
// archive records.

import Postgres

struct KeyTrigger: Codable, Sendable, Hashable {
  /// Quoted, with its schema.
  var table: String
  var constraint: String
  /// The server's function that it runs.
  var function: String
  /// As in `pg_trigger.tgenabled`.
  var state: String

  /// All such triggers that are not in their usual state.
  static func unusual(_ connection: Connection) throws -> [KeyTrigger] {
    try connection.query(
      """
      SELECT tgrelid::regclass, k.conname, tgfoid::regproc, tgenabled FROM pg_trigger t
      JOIN pg_constraint k ON k.oid = t.tgconstraint WHERE tgisinternal AND tgenabled <> 'O' AND k.contype = 'f' ORDER BY 1, 2, 3
      """
    ).map {
      KeyTrigger(table: $0[0] ?? "", constraint: $0[1] ?? "", function: $0[2] ?? "", state: $0[3] ?? "")
    }
  }
}
