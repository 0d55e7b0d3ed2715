// Entries of an archive that failed, tried again one by one, when all others are there: as they are; under the search path of
// an ordinary session, for functions that find their names by it; and foreign keys that rows break as NOT VALID. What one
// makes another may need, so they are tried until nothing more succeeds.

import Checkpoints
import Postgres

struct EntryRepair {
  let connection: Connection
  let searchPath: String?
  /// Whether a transaction is open, of which this is a part.
  let isInTransaction: Bool

  /// - Parameter failures: what the server said of entries, by their numbers.
  func run(_ pieces: [EntryScript.Piece], failures: [Int: String] = [:]) throws -> RestoreOutcome {
    var outcome = RestoreOutcome()
    var (left, reasons) = (pieces, failures)
    var ways: [Way] = [.asIs]
    while !left.isEmpty {
      let count = left.count
      var failed: [EntryScript.Piece] = []
      for piece in left where try !attempt(piece, ways, &reasons, &outcome) { failed.append(piece) }
      left = failed
      if left.count < count { continue }
      guard ways.count == 1, searchPath != nil else { break }
      ways.append(.searchPath)
    }
    outcome.unrestored += left.map { piece in
      Unrestored(
        what: piece.entry.described, statement: String(decoding: piece.statement, as: UTF8.self),
        reason: reasons[piece.entry.dumpID] ?? "it was not tried")
    }
    return outcome
  }

  private enum Way { case asIs, searchPath, notValid, replacing, asRole }

  private func attempt(
    _ piece: EntryScript.Piece, _ ways: [Way], _ reasons: inout [Int: String], _ outcome: inout RestoreOutcome
  ) throws -> Bool {
    for way in ways {
      do {
        try execute(piece, way)
        return true
      } catch let error as DatabaseError where error.isAboutStatement {
        if way == .asIs || reasons[piece.entry.dumpID] == nil { reasons[piece.entry.dumpID] = error.reason }
        if error.isDuplicate, try succeeds(piece, .replacing) { return true }
        if error.isPermission, piece.entry.kind.hasSuffix("ACL"), try succeeds(piece, .asRole) { return true }
        guard error.isForeignKeyViolation, piece.entry.kind == "FK CONSTRAINT" else { continue }
        do { try execute(piece, .notValid) } catch let error as DatabaseError where error.isAboutStatement {
          continue
        }
        outcome.notes.append("\(piece.entry.described) is NOT VALID: rows break it (\(error.reason))")
        outcome.excused.formUnion(piece.entry.constraintIdentities)
        return true
      }
    }
    return false
  }

  private func succeeds(_ piece: EntryScript.Piece, _ way: Way) throws -> Bool {
    do { try execute(piece, way) } catch let error as DatabaseError where error.isAboutStatement {
      return false
    }
    return true
  }

  private func execute(_ piece: EntryScript.Piece, _ way: Way) throws {
    try connection.attempt(isInTransaction: isInTransaction) {
      if way == .searchPath, let searchPath { try connection.setSearchPath(searchPath) }
      var script = piece.settings
      switch way {
      case .asIs, .searchPath: script += piece.statement
      case .notValid: script += piece.entry.notValidDefinition + piece.ending
      // What an extension's script made and did not keep is there already, as it is when it is new.
      case .replacing: script += piece.entry.replacement + piece.ending
      // Only a superuser may become another user; a member may act for a role.
      case .asRole:
        script += piece.statement.replacing(Array("SESSION AUTHORIZATION".utf8), with: Array("ROLE".utf8))
      }
      try connection.execute(script: script)
      if way == .searchPath { try connection.execute("SET LOCAL search_path = ''") }
    }
  }
}

extension Connection {
  /// Runs `body` so that its failure leaves nothing: in a transaction of its own, or within the one that is open.
  func attempt(isInTransaction: Bool, _ body: () throws -> Void) throws {
    try execute(isInTransaction ? "SAVEPOINT attempt" : "BEGIN")
    do {
      try body()
      try execute(isInTransaction ? "RELEASE SAVEPOINT attempt" : "COMMIT")
    } catch {
      try execute(isInTransaction ? "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt" : "ROLLBACK")
      throw error
    }
  }

  /// Until the transaction ends.
  func setSearchPath(_ path: String) throws {
    _ = try query("SELECT set_config('search_path', $1, true)", [path])
  }
}

extension DatabaseError {
  /// Whether the server refused this one statement, and would take others: not if it is gone, was told to stop, has no room, or
  /// waited for a lock.
  var isAboutStatement: Bool {
    !sqlState.isEmpty && !isCancelled && !isLockTimeout && !isDeadlock
      && !["53", "57", "58", "XX"].contains(String(sqlState.prefix(2))) && sqlState != "08P01"
  }

  var isForeignKeyViolation: Bool { sqlState == "23503" }

  /// Something of that name is there.
  var isDuplicate: Bool { ["42710", "42P07", "42723", "42P06"].contains(sqlState) }

  /// What the server said, in one line.
  var reason: String {
    (message + (detail.map { "; \($0)" } ?? "")).split(whereSeparator: \.isNewline).joined(separator: "; ")
  }
}

extension ArchiveEntry {
  /// For people: “index public.doc_folded”.
  var described: String { "\(kind.lowercased()) \(schema.map { "\($0)." } ?? "")\(name)" }

  /// What makes it in the place of another one. Others may depend on a routine.
  var replacement: [UInt8] {
    let text = definition ?? []
    for kind in ["FUNCTION", "PROCEDURE"] where text.starts(with: "CREATE \(kind) ".utf8) {
      return Array("CREATE OR REPLACE ".utf8) + text.dropFirst(7)
    }
    return (dropStatement ?? []) + text
  }

  /// As it was, and not held against the rows that are there.
  var notValidDefinition: [UInt8] {
    let text = definition ?? []
    guard let end = text.lastIndex(of: UInt8(ascii: ";")) else { return text }
    return text[..<end] + Array(" NOT VALID".utf8) + text[end...]
  }

  /// In the catalogs' picture. The tag holds both names, of which each may hold blanks.
  var constraintIdentities: [String] {
    let found = StatementNames(definition ?? [])
    guard let table = found.name(after: ["TABLE"]), let key = found.name(after: ["CONSTRAINT"]) else {
      return []
    }
    let names = [table.schema, table.name, key.name].compactMap { $0 }.map {
      String(decoding: $0, as: UTF8.self).asIdentifierIfNeeded
    }
    return ["constraint \(names.joined(separator: "."))"]
  }
}
