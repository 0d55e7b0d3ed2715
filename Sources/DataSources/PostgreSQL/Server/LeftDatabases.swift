// Finds databases that operations left behind, because their process was killed or they could not be dropped.

import Checkpoints
import Postgres

extension ServerAccess {
  /// - Parameter token: an operation that is to be continued and needs its databases.
  func leftDatabases(except token: String?) throws -> [Leftover] {
    let connection = try maintenanceConnection()
    let waiting = try databases(for: .staged).map(\.name)
    let names = try passing().filter { $0.token != token }
    return try names.compactMap { name, token in
      let row = try connection.query(
        """
        SELECT CASE WHEN NOT pg_has_role(d.datdba, 'USAGE') THEN 'it belongs to ' || pg_get_userbyid(d.datdba)
          ELSE (SELECT 'it has the subscription ' || min(subname) FROM pg_subscription s WHERE s.subdbid = d.oid) END
        FROM pg_database d WHERE d.datname = $1 AND NOT EXISTS (
          SELECT FROM pg_stat_activity WHERE starts_with(application_name, $2))
        """, [name, "checkpoint \(token)"]
      ).first
      return row.map { row in
        if let reason = row[0] { return Leftover(name: name, fate: .stays(reason)) }
        return Leftover(name: name, fate: waiting.contains(name) ? .mayBeNeeded : .goesNext)
      }
    }
  }

  private func passing() throws -> [(name: String, token: String)] {
    try (DatabasePurpose.abandoned + [.staged]).flatMap { try databases(for: $0) }
  }

  /// Drops subscriptions in a database of ours without contacting the publishers: their slots belong to other databases.
  func dropSubscriptions(in database: String) throws {
    let names = try maintenanceConnection().query(
      """
      SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1
      """, [database]
    ).compactMap { $0[0] }
    if names.isEmpty { return }
    try reopen(database)
    let connection = try connect(to: database)
    for name in names.map(\.asIdentifier) {
      for statement in [
        "ALTER SUBSCRIPTION \(name) DISABLE", "ALTER SUBSCRIPTION \(name) SET (slot_name = NONE)",
        "DROP SUBSCRIPTION \(name)",
      ] {
        try connection.execute(statement)
      }
    }
  }

  /// Whether a name is one that databases have only during operations.
  func isPassing(_ database: String) throws -> Bool {
    try passing().contains { $0.name == database }
  }
}

extension PostgreSQLSource {
  package func leftovers(except token: String?) throws -> [Leftover] {
    try ServerAccess(self).leftDatabases(except: token)
  }
}
