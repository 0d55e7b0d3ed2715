// Restores everything that is made before rows are loaded: extensions as they were recorded, then the schema, then whatever
// failed in either.

import Checkpoints
import ChunkStore
import Postgres

struct Definitions {
  let document: DatabaseDocument
  let preparation: RestorePreparation
  let archive: ArchiveRestore
  let parameters: ConnectionParameters
  let store: Store

  /// - Parameter connect: opens a connection to the database.
  func restore(_ isSuperuser: Bool, _ connect: () throws -> Connection) throws -> RestoreOutcome {
    let section = ["--section=pre-data"]
    var failures: [Int: String] = [:]
    if preparation.extensionEntries.isEmpty {
      failures = try archive.restore(section, into: parameters, jobs: 1).messages
    } else {
      // Objects that use an extension's functions must find them as they were.
      let first = preparation.extensionEntries
      failures = try archive.restore(section, entries: first, into: parameters, jobs: 1).messages
      _ = try ExtensionRestoration(document: document, store: store, connection: connect()).restoreMembers()
      let rest = preparation.allEntries.subtracting(first)
      failures.merge(try archive.restore(section, entries: rest, into: parameters, jobs: 1).messages) {
        one, _ in one
      }
    }
    let connection = try connect()
    var outcome = try repair("pre-data", failures, connection)
    let extensions = ExtensionRestoration(document: document, store: store, connection: connection)
    for (member, reason) in try extensions.restoreMembers() {
      outcome.unrestored.append(
        Unrestored(
          what: member.display,
          statement: member.statements.isEmpty ? nil : member.statements.joined(separator: ";\n"),
          reason: reason)
      )
    }
    outcome += try preparation.columnOrder.settle(connection, isSuperuser)
    if preparation.isWhole {
      outcome += try Amendment.apply(document, isLate: false, connection, isInTransaction: false)
    }
    return outcome
  }

  /// Sets the values of all sequences again.
  func repairSequences(_ connection: Connection) throws {
    let entries = try archive.contents.entries.filter { $0.kind == "SEQUENCE SET" }.map(\.dumpID)
    if entries.isEmpty { return }
    let script = try EntryScript(archive, "data", entries: Set(entries))
    for line in script.preamble { try connection.execute(script: line) }
    defer { try? connection.applySettings() }
    for piece in script.pieces { try connection.execute(script: piece.statement) }
  }

  func repair(_ section: String, _ failures: [Int: String], _ connection: Connection) throws -> RestoreOutcome
  {
    if failures.isEmpty { return RestoreOutcome() }
    let script = try EntryScript(archive, section, entries: Set(failures.keys))
    for line in script.preamble { try connection.execute(script: line) }
    defer { try? connection.applySettings() }
    var outcome = try EntryRepair(
      connection: connection, searchPath: document.searchPath, encoding: script.encoding,
      isInTransaction: false
    ).run(script.pieces, failures: failures)
    outcome.isRepaired = true
    // Data has no statement that could be tried again.
    let tried = Set(script.pieces.map(\.entry.dumpID))
    for entry in try archive.contents.entries
    where failures[entry.dumpID] != nil && !tried.contains(entry.dumpID) {
      outcome.unrestored.append(
        Unrestored(what: entry.described, statement: nil, reason: failures[entry.dumpID] ?? ""))
    }
    return outcome
  }
}
