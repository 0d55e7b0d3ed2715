// What libpq or the server said when something failed. Never holds connection parameters, so it can be
// shown and logged whole.

package struct DatabaseError: Error, Sendable, CustomStringConvertible {
  /// The five characters of PostgreSQL's Appendix A; empty when the server did not get to answer.
  package var sqlState: String
  package var operation: String
  package var message: String
  package var detail: String?
  package var hint: String?

  package init(
    sqlState: String = "", operation: String, message: String, detail: String? = nil, hint: String? = nil
  ) {
    self.sqlState = sqlState
    self.operation = operation
    self.message = message
    self.detail = detail
    self.hint = hint
  }

  package var description: String {
    "cannot \(operation): \(message)" + (detail.map { " (\($0))" } ?? "")
  }

  /// lock_not_available, or the cancellation that `lock_timeout` causes.
  package var isLockTimeout: Bool { sqlState == "55P03" }
  /// Class 23: NOT NULL, CHECK, UNIQUE, foreign keys.
  package var isConstraintViolation: Bool { sqlState.hasPrefix("23") }
  package var isPermission: Bool { sqlState == "42501" }
  package var isMissingDatabase: Bool { sqlState == "3D000" }
  package var isCancelled: Bool { sqlState == "57014" }
  package var isDeadlock: Bool { sqlState == "40P01" }
  package var isInUse: Bool { sqlState == "55006" }
  package var isForeignKeyViolation: Bool { sqlState == "23503" }
  /// Not for this kind of object, or not yet.
  package var isUnsupported: Bool { ["0A000", "42809"].contains(sqlState) }
  package var isUndefinedFunction: Bool { sqlState == "42883" }
  /// A type, a role of `ALTER … OWNER`, or a setting, among others.
  package var isUndefinedObject: Bool { sqlState == "42704" }
  /// Something that was looked for by its name: function, table, type, schema.
  package var isUndefinedName: Bool { ["42883", "42P01", "42704", "3F000"].contains(sqlState) }
  package var isDiskFull: Bool { sqlState == "53100" }
}
