// Runs statements that pg_restore writes for psql on a connection of ours, inside a transaction that also does other work.

import Checkpoints
import FileSystem
import Glibc
import Postgres

struct ArchiveScript {
  private let archive: ArchiveRestore
  private let connection: Connection
  /// Later sections are written while rows are loaded.
  private let scripts: [String: Pending<BytePath>]

  init(_ archive: ArchiveRestore, _ connection: Connection) {
    (self.archive, self.connection) = (archive, connection)
    let sections = ["pre-data", "data", "post-data"]
    scripts = Dictionary(
      uniqueKeysWithValues: sections.map { section in
        (section, Pending { try archive.writeScript(section) })
      })
  }

  /// Runs a section entry by entry, and continues after entries that fail.
  /// - Parameters:
  ///   - schemas: schemas that already exist.
  ///   - isWanted: whether an entry is run.
  func runEntries(
    _ section: String, besides schemas: Set<[UInt8]> = [], searchPath: String?,
    only isWanted: (ArchiveEntry) -> Bool = { _ in true }
  ) throws -> RestoreOutcome {
    let entries = try archive.contents.entries.filter(isWanted)
    let script = try EntryScript(archive, section, entries: Set(entries.map(\.dumpID)))
    for line in script.preamble { try connection.execute(script: line) }
    defer { try? connection.applySettings() }
    let existing = Set(schemas.map { Array("CREATE SCHEMA ".utf8) + $0 + Array(";\n".utf8) })
    let pieces = script.pieces.filter { !existing.contains($0.definition) }
    var outcome = try EntryRepair(
      connection: connection, searchPath: searchPath, encoding: script.encoding, isInTransaction: true
    ).run(pieces)
    let largeObjects = entries.filter(\.isAboutLargeObjects)
    if section == "pre-data" && !largeObjects.isEmpty {
      try runWhole(largeObjects, section, "large objects", &outcome)
    }
    return outcome
  }

  /// Runs entries all together or not at all.
  private func runWhole(
    _ entries: [ArchiveEntry], _ section: String, _ what: String, _ outcome: inout RestoreOutcome
  ) throws {
    var edits = archive.changes
    let preamble = try archive.contents.entries.filter(\.isPreamble)
    edits.only = Set((entries + preamble).map(\.dumpID))
    let script = try archive.script(section, edits)
    let lines = script.split(separator: 0x0A).filter { $0.first != UInt8(ascii: "\\") }
    do {
      try connection.attempt(isInTransaction: true) {
        try connection.execute(script: Array(lines.joined(separator: [0x0A])))
      }
    } catch let error as DatabaseError where error.isAboutStatement {
      outcome.unrestored.append(Unrestored(what: what, statement: nil, reason: error.reason))
    }
  }

  /// Runs the data section: all of it, or only the values of sequences, one by one, if the server refuses something in it.
  func runData(searchPath: String?) throws -> RestoreOutcome {
    do {
      try connection.attempt(isInTransaction: true) { try run("data") }
      return RestoreOutcome()
    } catch let error as DatabaseError where error.isAboutStatement {
      var outcome = try runEntries("data", searchPath: searchPath) { $0.kind == "SEQUENCE SET" }
      let others = try archive.contents.entries.filter {
        ["BLOBS", "TABLE DATA"].contains($0.kind) && !archive.changes.omitted.contains($0.dumpID)
          && archive.changes.only?.contains($0.dumpID) != false
      }
      outcome.unrestored += others.map {
        Unrestored(what: $0.described, statement: nil, reason: error.reason)
      }
      return outcome
    }
  }

  /// Statements of the data section are sent once this many bytes have accumulated.
  private static let batchBytes = 1 << 20

  /// Runs a section as pg_restore writes it for psql. Only the data section has `COPY` blocks, whose rows follow the
  /// statement and end with `\\.`, and no other statement in it spans lines; elsewhere, lines that begin with `\\` are
  /// commands of psql.
  /// - Parameter schemas: schemas that already exist and are not created, quoted if needed.
  func run(_ section: String, besides schemas: Set<[UInt8]> = []) throws {
    guard let path = try scripts[section]?.get() else { return }
    let script = LineReader(try OpenFile.open(path, flags: O_RDONLY))
    let existing = Set(schemas.map { Array("CREATE SCHEMA ".utf8) + $0 + Array(";".utf8) })
    let isData = section == "data"
    var statements: [UInt8] = []
    var isHeader = true
    var key: ArraySlice<UInt8>?
    func flush() throws {
      if !statements.isEmpty { try connection.execute(script: statements) }
      statements = []
    }
    while let line = try script.next() {
      if isHeader && line.starts(with: #"\restrict "#.utf8) {
        key = line.dropFirst(10)
        continue
      }
      if let key, line.elementsEqual(#"\unrestrict "#.utf8 + key) { continue }
      if existing.contains(line) { continue }
      if isHeader && line.starts(with: "SET ".utf8) {
        // The server uses the settings at the beginning of a message for the whole message, so settings are sent separately.
        try connection.execute(script: line)
        continue
      }
      isHeader = isHeader && (line.isEmpty || line.starts(with: "--".utf8))
      // Large objects come with a transaction of their own, which would end ours.
      if isData && ["BEGIN;", "COMMIT;"].contains(where: { line.elementsEqual($0.utf8) }) { continue }
      if isData && line.starts(with: "COPY ".utf8) && line.suffix(11).elementsEqual("FROM stdin;".utf8) {
        try flush()
        try connection.copyIn(statement: Array(line.dropLast())) { send in
          while let row = try script.next(), !row.elementsEqual(#"\."#.utf8) {
            try (row + [0x0A]).withUnsafeBytes { try send($0) }
          }
        }
        continue
      }
      statements += line + [0x0A]
      if isData && statements.count > Self.batchBytes && line.last == UInt8(ascii: ";") { try flush() }
    }
    try flush()
    guard connection.isInTransaction else { throw DatabaseProblem.transactionLost(section) }
    // The script changes settings of the session, such as the search path.
    try connection.applySettings()
  }
}
