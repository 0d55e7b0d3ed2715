// Tables whose rows did not go in at first: what their constraints and generated columns call reads other tables, which had
// to be filled before, or finds names by the search path. They are tried again after all others, in their order, until nothing more
// succeeds; in the last way without their check constraints, which are put back when every row is in.

import Checkpoints
import ChunkStore
import Postgres
import Synchronization

struct LateLoad {
  let load: RowLoad
  let searchPath: String?
  let connection: Connection
  /// Whether a transaction is open, of which this is a part.
  var isInTransaction = false

  private enum Way: CaseIterable { case asIs, searchPath, withoutChecks }

  /// Fills the tables.
  /// - Returns: those that have their rows now, and what else came of it.
  func run(_ tables: [RowLoad.Table]) throws -> (filled: [RowLoad.Table], outcome: RestoreOutcome) {
    var outcome = RestoreOutcome()
    var left = tables.sorted { $0.name.display < $1.name.display }
    var filled: [RowLoad.Table] = []
    var reasons: [TableName: String] = [:]
    var checks: [(table: TableName, checks: [Check])] = []
    for way in Way.allCases where !left.isEmpty && (way != .searchPath || searchPath != nil) {
      if way == .withoutChecks { checks = try left.map { ($0.name, try takeOff($0.name)) } }
      var count = Int.max
      while left.count < count && !left.isEmpty {
        count = left.count
        var failed: [RowLoad.Table] = []
        for table in left {
          do {
            try fill(table, way)
            filled.append(table)
          } catch let error as DatabaseError where error.isAboutStatement {
            reasons[table.name] = reasons[table.name] ?? error.reason
            failed.append(table)
          }
        }
        left = failed
      }
    }
    for (table, checks) in checks { try putBack(checks, on: table, &outcome) }
    outcome.unrestored += left.map { .rows(of: $0.name, reasons[$0.name] ?? "") }
    return (filled, outcome)
  }

  private func fill(_ table: RowLoad.Table, _ way: Way) throws {
    let reader = ChunkReader(load.store)
    try connection.attempt(isInTransaction: isInTransaction) {
      if way != .asIs, let searchPath { try connection.setSearchPath(searchPath) }
      try load.load(table, connection, reader, .ready) { _ in }
      if isInTransaction { try connection.setSearchPath("pg_catalog") }
    }
  }

  /// Fills those again whose generated columns hold other values than recorded: when they went in, what a function reads
  /// was not there yet.
  func repeatGenerated() throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    let tables = load.tables.filter { $0.generated != nil }
    for table in try differing(tables) {
      do {
        try connection.attempt(isInTransaction: isInTransaction) {
          try connection.execute("DELETE FROM ONLY \(table.name.quoted)")
          if let searchPath { try connection.setSearchPath(searchPath) }
          try load.load(table, connection, ChunkReader(load.store), .ready) { _ in }
          if isInTransaction { try connection.setSearchPath("pg_catalog") }
        }
      } catch let error as DatabaseError where error.isAboutStatement { continue }
    }
    outcome.notes += try differing(tables).map {
      "generated columns of \($0.name.display) hold other values than recorded: what they are computed from has changed since"
    }
    return outcome
  }

  private func differing(_ tables: [RowLoad.Table]) throws -> [RowLoad.Table] {
    if tables.isEmpty { return [] }
    let numbered = try tables.compactMap { table -> (oid: String, name: TableName)? in
      try connection.query("SELECT to_regclass($1)::oid", [table.name.quoted]).first?[0].map {
        ($0, table.name)
      }
    }
    let digests = try GeneratedColumns.digests(numbered, connection)
    let found = Dictionary(numbered.map { ($0.name, digests[$0.oid]) }) { first, _ in first }
    return tables.filter { found[$0.name] != $0.generated }
  }

  // MARK: Checks

  private struct Check {
    var name: String
    var definition: String
    var comment: String?
  }

  /// Those of its own: what a table inherits belongs to its parent.
  private func takeOff(_ table: TableName) throws -> [Check] {
    let checks = try connection.query(
      """
      SELECT conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint
      WHERE conrelid = to_regclass($1) AND contype = 'c' AND coninhcount = 0 ORDER BY conname
      """, [table.quoted]
    ).map { Check(name: $0[0] ?? "", definition: $0[1] ?? "", comment: $0[2]) }
    for check in checks {
      try connection.execute("ALTER TABLE \(table.quoted) DROP CONSTRAINT \(check.name.asIdentifier)")
    }
    return checks
  }

  private func putBack(_ checks: [Check], on table: TableName, _ outcome: inout RestoreOutcome) throws {
    for check in checks {
      let add = "ALTER TABLE \(table.quoted) ADD CONSTRAINT \(check.name.asIdentifier) \(check.definition)"
      do {
        try connection.attempt(isInTransaction: isInTransaction) {
          if let searchPath { try connection.setSearchPath(searchPath) }
          try connection.execute(add)
          if isInTransaction { try connection.setSearchPath("pg_catalog") }
        }
      } catch let error as DatabaseError where error.isAboutStatement {
        try connection.execute(add + " NOT VALID")
        outcome.notes.append(
          "check constraint \(check.name) of \(table.display) is NOT VALID: \(error.reason)")
        let names = [table.schema, table.name, check.name].map(\.asQuotedIfNeeded)
        outcome.excused.insert("constraint \(names.joined(separator: "."))")
      }
      if let comment = check.comment {
        try connection.execute(
          "COMMENT ON CONSTRAINT \(check.name.asIdentifier) ON \(table.quoted) IS \(comment.asLiteral)")
      }
    }
  }
}
