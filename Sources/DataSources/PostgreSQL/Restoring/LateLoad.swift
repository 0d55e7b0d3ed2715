// Loads tables whose rows were refused at first: their constraints and generated columns call functions that read other
// tables, which must be filled before, or that find names by the search path. They are tried again in order after all
// others, until no further one succeeds; the last time without their check constraints, which are put back when all rows are
// in.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

struct LateLoad {
  let load: RowLoad
  let searchPath: String?
  let connection: Connection
  /// Whether this runs in an open transaction.
  var isInTransaction = false

  private enum Way: CaseIterable { case asIs, searchPath, withoutChecks }

  /// Fills the tables.
  /// - Returns: the tables that have their rows now, and the rest of the outcome.
  func run(_ tables: [RowLoad.Table]) throws -> (filled: [RowLoad.Table], outcome: RestoreOutcome) {
    var outcome = RestoreOutcome()
    var left = tables.sorted { $0.name.display < $1.name.display }
    var filled: [RowLoad.Table] = []
    var reasons: [TableName: String] = [:]
    var checks: [Check] = []
    for way in Way.allCases where !left.isEmpty && (way != .searchPath || searchPath != nil) {
      if way == .withoutChecks { checks = try takeOff(left.map(\.name)) }
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
    for check in checks { try putBack(check, &outcome) }
    outcome.refused = left.map { ($0, reasons[$0.name] ?? "") }
    return (filled, outcome)
  }

  /// Tries refused tables for the last time, after everything else is restored.
  func finish(_ refused: inout [(table: RowLoad.Table, reason: String)]) throws -> RestoreOutcome {
    if refused.isEmpty { return RestoreOutcome() }
    var (_, outcome) = try run(refused.map(\.table))
    refused = []
    outcome.unrestored += outcome.refused.map { .rows(of: $0.table.name, $0.reason) }
    outcome.refused = []
    return outcome
  }

  private func fill(_ table: RowLoad.Table, _ way: Way) throws {
    let reader = ChunkReader(load.store)
    try connection.attempt(isInTransaction: isInTransaction) {
      if way != .asIs, let searchPath { try connection.setSearchPath(searchPath) }
      try load.load(table, connection, reader, .ready) { _ in }
      if isInTransaction { try connection.setSearchPath("pg_catalog") }
    }
  }

  /// Loads tables again whose generated columns have other values than recorded: when they were loaded, a function read
  /// something that was not there yet.
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
    return tables.filter { table in (found[table.name] ?? nil).map { $0 != table.generated } ?? false }
  }

  // MARK: Checks

  private struct Check {
    var what: String
    var identity: String
    var off: String
    var on: String
    /// Whether it can be put back without checking the rows.
    var mayBeNotValid: Bool
    var comment: String?
  }

  /// Takes off the tables' own constraints and those of their columns' domains. An inherited constraint belongs to the
  /// parent.
  private func takeOff(_ tables: [TableName]) throws -> [Check] {
    let checks = try connection.query(Self.checks, [tables.map(\.quoted).asArray]).map { row in
      Check(
        what: row[0] ?? "", identity: row[1] ?? "", off: row[2] ?? "", on: row[3] ?? "",
        mayBeNotValid: row[4] == "t", comment: row[5])
    }
    return try checks.filter { check in
      do {
        try connection.attempt(isInTransaction: isInTransaction) {
          try connection.execute(script: Array(check.off.utf8))
        }
        return true
      } catch let error as DatabaseError where error.isAboutStatement { return false }
    }
  }

  private static let checks = """
    WITH RECURSIVE t AS (SELECT to_regclass(name) AS oid FROM unnest($1::text[]) name),
      \(DatabaseQuiet.types(in: "IN (SELECT oid FROM t)")),
      d AS (SELECT y.* FROM pg_type y JOIN types USING (oid) WHERE y.typtype = 'd')
    SELECT format('check constraint %s of %s', conname, conrelid::regclass), format('constraint %s.%I', conrelid::regclass, conname),
      format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)), true,
      format('COMMENT ON CONSTRAINT %I ON %s IS %L', conname, conrelid::regclass, nullif(obj_description(k.oid, 'pg_constraint'), ''))
    FROM pg_constraint k JOIN t ON t.oid = conrelid WHERE contype = 'c' AND coninhcount = 0
    UNION ALL
    SELECT format('check constraint %s of the domain %s', conname, d.oid::regtype), format('constraint %s.%I', d.oid::regtype, conname),
      format('ALTER DOMAIN %s DROP CONSTRAINT %I', d.oid::regtype, conname),
      format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', d.oid::regtype, conname, pg_get_constraintdef(k.oid)), true,
      format('COMMENT ON CONSTRAINT %I ON DOMAIN %s IS %L', conname, d.oid::regtype, nullif(obj_description(k.oid, 'pg_constraint'), ''))
    FROM pg_constraint k JOIN d ON d.oid = contypid WHERE contype = 'c'
    UNION ALL
    SELECT format('NOT NULL of the domain %s', d.oid::regtype), format('type %s', d.oid::regtype),
      format('ALTER DOMAIN %s DROP NOT NULL', d.oid::regtype), format('ALTER DOMAIN %s SET NOT NULL', d.oid::regtype), false, NULL
    FROM d WHERE typnotnull
    """

  private func putBack(_ check: Check, _ outcome: inout RestoreOutcome) throws {
    do {
      try connection.attempt(isInTransaction: isInTransaction) {
        if let searchPath { try connection.setSearchPath(searchPath) }
        try connection.execute(script: Array(check.on.utf8))
        if isInTransaction { try connection.setSearchPath("pg_catalog") }
      }
    } catch let error as DatabaseError where error.isAboutStatement {
      guard check.mayBeNotValid else {
        outcome.unrestored.append(Unrestored(what: check.what, statement: check.on, reason: error.reason))
        return
      }
      let isSaid = check.on.hasSuffix("NOT VALID")
      try connection.execute(script: Array((isSaid ? check.on : "\(check.on) NOT VALID").utf8))
      outcome.notes.append("\(check.what) is NOT VALID: rows break it (\(error.reason))")
      outcome.excused.insert(ExactText(check.identity))
    }
    if let comment = check.comment { try connection.execute(script: Array(comment.utf8)) }
  }
}
