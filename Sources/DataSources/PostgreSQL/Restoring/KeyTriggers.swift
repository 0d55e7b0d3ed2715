// Restores the state of the triggers by which PostgreSQL enforces foreign keys: `ALTER TABLE … DISABLE TRIGGER ALL` disables
// them as well, which no archive records.

import Postgres

struct KeyTriggers {
  private let recorded: [KeyTrigger]

  /// - Parameter tables: the tables that are restored; nil for all.
  init(_ document: DatabaseDocument, _ tables: Set<TableName>? = nil) {
    let names = tables.map {
      Set($0.map { [$0.schema, $0.name].map(\.asIdentifierIfNeeded).joined(separator: ".") })
    }
    recorded = (document.keyTriggers ?? []).filter { names?.contains($0.table) != false }
  }

  /// - Returns: the triggers that the user may not change, for people.
  func apply(_ connection: Connection, isInTransaction: Bool) throws -> [String] {
    var notes: [String] = []
    for trigger in recorded {
      let word = ["D": "DISABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"][trigger.state] ?? "ENABLE"
      let found = try connection.query(
        """
        SELECT format('ALTER TABLE %s %s TRIGGER %I', tgrelid::regclass, $4::text, tgname) FROM pg_trigger t
        JOIN pg_constraint k ON k.oid = t.tgconstraint
        WHERE tgrelid = to_regclass($1) AND k.conname = $2 AND tgfoid::regproc::text = $3
        """, [trigger.table, trigger.constraint, trigger.function, word])
      for statement in found.compactMap({ $0[0] }) {
        do {
          try connection.attempt(isInTransaction: isInTransaction) { try connection.execute(statement) }
        } catch let error as DatabaseError where error.isAboutStatement {
          notes.append(
            "the foreign key \(trigger.constraint) of \(trigger.table) was switched off, and is not now: \(error.reason)"
          )
        }
      }
    }
    return notes
  }
}
