// Tries entries of an archive that failed again, one by one, after all others: as they are; under the search path of an
// ordinary session, for functions that find names by it; and as NOT VALID for foreign keys that rows violate. One entry may
// need another, so they are repeated until no further one succeeds.

import Checkpoints
import FileSystem
import Postgres

struct EntryRepair {
  let connection: Connection
  let searchPath: String?
  /// The encoding of the archive's texts.
  let encoding: DatabaseEncoding
  /// Whether this runs in an open transaction: then the database is in use, and existing objects with the same name stay.
  let isInTransaction: Bool

  /// - Parameter failures: the server's errors, by the numbers of the entries.
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
        what: piece.entry.described, statement: encoding.text(piece.statement),
        reason: reasons[piece.entry.dumpID] ?? "it was not tried")
    }
    return outcome
  }

  private enum Way { case asIs, searchPath, replacing, asRole }

  private func attempt(
    _ piece: EntryScript.Piece, _ ways: [Way], _ reasons: inout [Int: String], _ outcome: inout RestoreOutcome
  ) throws -> Bool {
    for way in ways {
      do {
        try execute(piece, way)
        return true
      } catch let error as DatabaseError where error.isAboutStatement {
        // The first error is the cause. That something already exists can come from our own first attempt.
        if reasons[piece.entry.dumpID] == nil || way == .asIs && !error.isDuplicate {
          reasons[piece.entry.dumpID] = error.reason
        }
        if error.isDuplicate, !isInTransaction, try succeeds(piece, .replacing) { return true }
        if error.isPermission, piece.entry.kind.hasSuffix("ACL"), try succeeds(piece, .asRole) { return true }
        if error.isForeignKeyViolation, try addUnchecked(piece, error, &outcome) { return true }
      }
    }
    return false
  }

  /// Adds a foreign key that the recorded rows violate.
  private func addUnchecked(
    _ piece: EntryScript.Piece, _ error: DatabaseError, _ outcome: inout RestoreOutcome
  ) throws -> Bool {
    guard piece.entry.kind == "FK CONSTRAINT", let key = piece.entry.foreignKey else { return false }
    do {
      try connection.attempt(isInTransaction: isInTransaction) {
        let partitions = try UncheckedForeignKey.add(
          to: key.table, key.addition, on: connection, protected: true)
        outcome.notes.append(UncheckedForeignKey.remark(error, partitions))
        let name = piece.entry.constraintName(encoding)
        outcome.excused.formUnion(partitions.map { ExactText("constraint \($0).\(name)") })
      }
    } catch let error as DatabaseError where error.isAboutStatement { return false }
    outcome.excused.formUnion(piece.entry.constraintIdentities(encoding).map { ExactText($0) })
    return true
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
      // An object that an extension's script made, but that does not belong to the extension, already exists in its original
      // form.
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
  /// Runs `body` so that its failure leaves nothing: in its own transaction, or within the open one.
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
}

extension DatabaseError {
  /// Whether the server refused only this statement, and would accept others: not if it is gone, was told to stop, has no
  /// room, cannot read its files, or waited for a lock. A missing library (58P01) and internal errors that functions raise
  /// (XX000) are the statement's fault.
  var isAboutStatement: Bool {
    if sqlState.isEmpty || isCancelled || isLockTimeout || isDeadlock { return false }
    if ["58P01", "XX000"].contains(sqlState) { return true }
    return !["53", "57", "58", "XX"].contains(String(sqlState.prefix(2))) && sqlState != "08P01"
  }

  var isForeignKeyViolation: Bool { sqlState == "23503" }

  /// Whether an object with that name exists.
  var isDuplicate: Bool { ["42710", "42P07", "42723", "42P06"].contains(sqlState) }

  /// The server's message in one line.
  var reason: String {
    (message + (detail.map { "; \($0)" } ?? "")).split(whereSeparator: \.isNewline).joined(separator: "; ")
  }
}

extension ArchiveEntry {
  /// For people: “index public.doc_folded”.
  var described: String { "\(kind.lowercased()) \(schema.map { "\($0)." } ?? "")\(name)" }

  /// The statement that replaces an existing object. Others may depend on a routine, so that is not dropped.
  var replacement: [UInt8] {
    let text = definition ?? []
    for kind in ["FUNCTION", "PROCEDURE"] where text.starts(with: "CREATE \(kind) ".utf8) {
      return Array("CREATE OR REPLACE ".utf8) + text.dropFirst(7)
    }
    return (dropStatement ?? []) + text
  }

  /// The parts of `ALTER TABLE ONLY public.c ADD CONSTRAINT … FOREIGN KEY …;`
  var foreignKey: (table: [UInt8], addition: [UInt8])? {
    guard let text = definition, let start = text.firstRange(of: Array("ADD CONSTRAINT".utf8)),
      let end = text.lastIndex(of: UInt8(ascii: ";"))
    else { return nil }
    let words = ["ALTER", "TABLE", "ONLY"].map { Array($0.utf8) }
    var table = text[..<start.lowerBound].drop { [0x20, 0x0A].contains($0) }
    for word in words where table.starts(with: word) {
      table = table.dropFirst(word.count).drop { [0x20, 0x0A].contains($0) }
    }
    while let last = table.last, [0x20, 0x0A].contains(last) { table = table.dropLast() }
    return (Array(table), Array(text[start.lowerBound..<end]))
  }

  /// Its possible identities in the picture of the catalogs. The tag has both names, and each may contain blanks.
  func constraintIdentities(_ encoding: DatabaseEncoding) -> [String] {
    let found = StatementNames(definition ?? [])
    guard let table = found.name(after: ["TABLE"]), let key = found.name(after: ["CONSTRAINT"]) else {
      return []
    }
    let names = [table.schema, table.name, key.name].compactMap { $0 }.map {
      encoding.text($0).asIdentifierIfNeeded
    }
    return ["constraint \(names.joined(separator: "."))"]
  }

  func constraintName(_ encoding: DatabaseEncoding) -> String {
    StatementNames(definition ?? []).name(after: ["CONSTRAINT"]).map { encoding.text($0.name) }?
      .asIdentifierIfNeeded ?? ""
  }
}
