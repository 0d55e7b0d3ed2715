// Restores the rows of extensions' tables and the values of their sequences: all of them, and not only those that the
// extension marks.

import Checkpoints
import ChunkStore
import Postgres

struct ExtensionRows {
  let load: RowLoad
  let document: DatabaseDocument
  let connection: Connection
  /// Whether this runs in an open transaction: then the database is in use, and triggers must tell extensions about changes.
  var isInTransaction = false

  /// Fills the tables whose rows differ from the recorded ones.
  func restore() throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    var wanted: [RowLoad.Table] = []
    for table in load.tables {
      let isThere = try connection.query("SELECT to_regclass($1) IS NOT NULL", [table.name.quoted]).first?[0]
      guard isThere == "t" else {
        outcome.unrestored.append(.rows(of: table.name, "the table is not there"))
        continue
      }
      do {
        try connection.attempt(isInTransaction: isInTransaction) {
          let found = try load.fingerprint(of: table.name, table.columns, connection)
          if found != table.list.fingerprint { wanted.append(table) }
        }
      } catch let error as DatabaseError where error.isAboutStatement {
        outcome.unrestored.append(.rows(of: table.name, error.reason))
      }
    }
    if wanted.isEmpty { return outcome }
    do {
      try connection.attempt(isInTransaction: isInTransaction) { try replace(wanted) }
    } catch let error as DatabaseError where error.isAboutStatement {
      outcome.unrestored += wanted.map { .rows(of: $0.name, error.reason) }
    }
    return outcome
  }

  /// The tables may refer to each other, and their triggers may write rows that were recorded as well.
  private func replace(_ tables: [RowLoad.Table]) throws {
    let isQuiet = try !isInTransaction && connection.isSuperuser
    if isQuiet { try connection.execute("SET LOCAL session_replication_role = replica") }
    for table in tables.reversed() { try connection.execute("DELETE FROM ONLY \(table.name.quoted)") }
    let reader = ChunkReader(load.store)
    var left = tables
    while !left.isEmpty {
      var failed: [RowLoad.Table] = []
      for table in left {
        do {
          try connection.attempt(isInTransaction: true) {
            try load.load(table, connection, reader, .ready) { _ in }
          }
        } catch let error as DatabaseError where error.isForeignKeyViolation && left.count > 1 {
          failed.append(table)
        }
      }
      if failed.count == left.count {
        throw DatabaseError(
          sqlState: "23503", operation: "fill \(failed[0].name.display)",
          message: "its rows refer to rows that are not there")
      }
      left = failed
    }
  }

  /// To be called last: filling tables and views may advance sequences.
  /// - Parameter isLeftOut: whether a sequence is left out.
  /// - Returns: what could not be set, for people.
  func restoreSequences(except isLeftOut: (TableName) -> Bool = { _ in false }) throws -> [String] {
    var notes: [String] = []
    for sequence in document.extensionSequences ?? [] where !isLeftOut(sequence.name) {
      do {
        try connection.attempt(isInTransaction: isInTransaction) {
          _ = try connection.query(
            "SELECT setval($1::regclass, $2::bigint, $3::bool)",
            [sequence.name.quoted, sequence.value, sequence.isCalled ? "t" : "f"])
        }
      } catch let error as DatabaseError where error.isAboutStatement {
        notes.append(
          "the sequence \(sequence.name.display) of an extension is not as it was: \(error.reason)")
      }
    }
    return notes
  }
}

extension Unrestored {
  static func rows(of table: TableName, _ reason: String) -> Unrestored {
    Unrestored(what: "rows of \(table.display)", statement: nil, reason: reason)
  }
}
