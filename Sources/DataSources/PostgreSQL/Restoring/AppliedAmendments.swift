// Runs recorded amendments in a restored database.

import FileSystem
import Postgres

extension Amendment {
  /// - Parameter tables: the tables that are restored; nil for all.
  /// - Returns: amendments that failed.
  static func apply(
    _ document: DatabaseDocument, isLate: Bool, of tables: Set<TableName>? = nil, _ connection: Connection,
    isInTransaction: Bool
  ) throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    let starts = tables?.map {
      "ALTER TABLE ONLY \([$0.schema, $0.name].map(\.asIdentifierIfNeeded).joined(separator: ".")) "
    }
    for amendment in document.amendments ?? [] where (amendment.isLate == true) == isLate {
      if starts?.contains(where: { amendment.statement.hasExactly(prefix: $0) }) == false { continue }
      do {
        try connection.attempt(isInTransaction: isInTransaction) {
          try connection.execute(script: Array(amendment.statement.utf8))
        }
      } catch let error as DatabaseError where error.isAboutStatement {
        outcome.notes.append("\(amendment.what) is not as it was: \(error.reason)")
        outcome.excused.insert(ExactText(amendment.what))
      }
    }
    return outcome
  }
}
