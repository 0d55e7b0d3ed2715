// A trigger by which PostgreSQL keeps a foreign key. `ALTER TABLE … DISABLE TRIGGER ALL` switches it off as well, which no
// archive says.

import Postgres

struct KeyTrigger: Codable, Sendable, Hashable {
  /// Quoted, with its schema.
  var table: String
  var constraint: String
  /// The server's function that it calls.
  var function: String
  /// As in `pg_trigger.tgenabled`.
  var state: String

  /// Those that are not in their usual state.
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
