// Brings extensions to what was recorded of them, after CREATE EXTENSION made them as they are when they are new: objects that
// users altered, replaced, added or took away, rows of their tables, numbers of their sequences.

import Checkpoints
import ChunkStore
import Postgres

struct ExtensionRestoration {
  let document: DatabaseDocument
  let store: Store
  let connection: Connection
  /// Whether a transaction is open, of which this is a part.
  var isInTransaction = false

  // MARK: Objects

  /// Makes members what they were. Some need what is made only later, so it is done again then.
  /// - Returns: what still differs.
  func restoreMembers() throws -> [(member: ExtensionMember, reason: String)] {
    guard let recorded = try Self.members(document, store) else { return [] }
    let present = try ExtensionMember.all(connection)
    var left: [(member: ExtensionMember, reason: String)] = []
    let wanted = Dictionary(recorded.map { ($0.key, $0) }) { first, _ in first }
    let there = Dictionary(present.map { ($0.key, $0) }) { first, _ in first }
    let extensions = Set(present.map(\.extension))
    for member in present where wanted[member.key] == nil {
      try attempt(member, &left, "it cannot be taken away") { try takeAway(member) }
    }
    for member in recorded where extensions.contains(member.extension) {
      guard let present = there[member.key] else {
        try attempt(member, &left, "it cannot be made") { try make(member, isNew: true) }
        continue
      }
      if present.definition != member.definition {
        try attempt(member, &left, "it cannot be altered") { try make(member, isNew: false) }
      }
    }
    return left
  }

  private func attempt(
    _ member: ExtensionMember, _ left: inout [(member: ExtensionMember, reason: String)], _ reason: String,
    _ body: () throws -> Bool
  ) throws {
    var isDone = false
    do {
      try connection.attempt(isInTransaction: isInTransaction) { isDone = try body() }
      if !isDone { left.append((member, reason)) }
    } catch let error as DatabaseError where error.isAboutStatement {
      left.append((member, error.reason))
    }
  }

  /// It was taken out of the extension, or dropped; if it stays outside of it, the archive makes it.
  private func takeAway(_ member: ExtensionMember) throws -> Bool {
    guard let words = member.words else { return false }
    try connection.execute(
      "ALTER EXTENSION \(member.extension.asIdentifier) DROP \(words) \(member.identity); DROP \(words) \(member.identity)"
    )
    return true
  }

  private func make(_ member: ExtensionMember, isNew: Bool) throws -> Bool {
    guard let words = member.words, member.isScript, let script = member.definition else { return false }
    // Only functions and views can be replaced.
    if !isNew && !["FUNCTION", "PROCEDURE", "VIEW"].contains(words) { return false }
    try connection.execute(script: Array(script.utf8))
    if isNew {
      try connection.execute(
        "ALTER EXTENSION \(member.extension.asIdentifier) ADD \(words) \(member.identity)")
    }
    return true
  }

  /// nil for a checkpoint of a version that recorded none.
  static func members(_ document: DatabaseDocument, _ store: Store) throws -> [ExtensionMember]? {
    guard let stream = document.stream(DatabaseDocument.membersName) else { return nil }
    let reader = ChunkReader(store)
    var bytes: [UInt8] = []
    for chunk in try StreamLists(document.list, reader).list(of: stream).chunks {
      try reader.withPiece(chunk) { bytes += $0 }
    }
    return try DocumentCoding.decode([ExtensionMember].self, from: bytes)
  }

  // MARK: Rows

  /// Fills extensions' tables with the recorded rows, if they hold others.
  func restoreRows(_ load: RowLoad) throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    var wanted: [RowLoad.Table] = []
    for table in load.tables {
      let isThere = try connection.query("SELECT to_regclass($1) IS NOT NULL", [table.name.quoted]).first?[0]
      guard isThere == "t" else {
        outcome.unrestored.append(.rows(of: table.name, "the table is not there"))
        continue
      }
      if try load.fingerprint(of: table.name, table.columns, connection) != table.list.fingerprint {
        wanted.append(table)
      }
    }
    if wanted.isEmpty { return outcome }
    do {
      try connection.attempt(isInTransaction: isInTransaction) { try replaceRows(wanted, load) }
    } catch let error as DatabaseError where error.isAboutStatement {
      outcome.unrestored += wanted.map { .rows(of: $0.name, error.reason) }
    }
    return outcome
  }

  /// They may refer to each other, and triggers of theirs tell the extension what changed.
  private func replaceRows(_ tables: [RowLoad.Table], _ load: RowLoad) throws {
    for table in tables.reversed() { try connection.execute("DELETE FROM ONLY \(table.name.quoted)") }
    let reader = ChunkReader(store)
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

  func restoreSequences() throws {
    for sequence in document.extensionSequences ?? [] {
      try? connection.attempt(isInTransaction: isInTransaction) {
        _ = try connection.query(
          "SELECT setval($1::regclass, $2::bigint, $3::bool)",
          [sequence.name.quoted, sequence.value, sequence.isCalled ? "t" : "f"])
      }
    }
  }

  /// Checked after everything is there.
  /// - Parameter extensions: those that were left out.
  func remainingDifferences(without extensions: Set<String>) throws -> [String] {
    guard let recorded = try Self.members(document, store)?.filter({ !extensions.contains($0.extension) })
    else {
      return []
    }
    let present = Set(try ExtensionMember.all(connection))
    let wanted = Set(recorded)
    let keys = Set(present.map(\.key))
    return wanted.subtracting(present).map { member in
      "\(member.display) \(keys.contains(member.key) ? "is another" : "is missing")"
    }.sorted()
      + present.filter { member in !recorded.contains { $0.key == member.key } }.map {
        "\($0.display) was not recorded"
      }.sorted()
      + (try extensions.isEmpty ? sequenceDifferences() : [])
  }

  private func sequenceDifferences() throws -> [String] {
    let recorded = document.extensionSequences ?? []
    if recorded.isEmpty { return [] }
    let present = try DatabaseCatalog.extensionSequences(connection)
    return recorded.filter { !present.contains($0) }.map { "sequence \($0.name.display) has another value" }
  }
}

extension ExtensionMember {
  struct Key: Hashable {
    var `extension`: String
    var kind: String
    var identity: String
  }

  var key: Key { Key(extension: `extension`, kind: kind, identity: identity) }

  /// What SQL calls the kind of object; nil for one that cannot be made from what is known of it.
  var words: String? {
    switch kind {
    case "function", "procedure", "aggregate", "table", "view", "sequence", "type", "operator", "cast",
      "domain":
      kind.uppercased()
    case "materialized view", "foreign table": kind.uppercased()
    default: nil
    }
  }
}

extension Unrestored {
  static func rows(of table: TableName, _ reason: String) -> Unrestored {
    Unrestored(what: "rows of \(table.display)", statement: nil, reason: reason)
  }
}
