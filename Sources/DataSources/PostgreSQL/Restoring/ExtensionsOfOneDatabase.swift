// Extensions that a server allows in one of its databases only, which a setting names: pg_cron. A database that is made beside
// the live one cannot have them. So a rollback of such a database happens in place, and a scratch one is made without them.

import Checkpoints
import ChunkStore
import Postgres

struct ExtensionsOfOneDatabase {
  /// The settings that name the database, by the extension (pg_cron's documentation; version 1.6 has no other way).
  private static let settings = ["pg_cron": "cron.database_name"]

  /// The extensions and their settings, as arrays for a query.
  static var arguments: [String] {
    let pairs = settings.sorted { $0.key < $1.key }
    return [pairs.map(\.key).asArray, pairs.map(\.value).asArray]
  }

  let names: [String]
  /// Identities of what belongs to them, as `ExtensionMember` has them.
  private let members: Set<String>

  /// - Parameters:
  ///   - document: what is to be restored.
  ///   - connection: to any database of the server.
  init(_ document: DatabaseDocument, _ store: Store, _ connection: Connection) throws {
    names = try document.extensions.filter { name in
      guard let setting = Self.settings[name] else { return false }
      return try !connection.query("SELECT FROM pg_settings WHERE name = $1", [setting]).isEmpty
    }
    let names = Set(names)
    let all = names.isEmpty ? [] : try ExtensionRestoration.members(document, store) ?? []
    members = Set(all.filter { names.contains($0.extension) }.map(\.identity))
  }

  /// The archive's entries that are about them.
  func entries(of contents: ArchiveContents) -> Set<Int> {
    if names.isEmpty { return [] }
    return Set(
      contents.entries.filter { entry in
        if entry.kind == "EXTENSION" { return names.contains(entry.name) }
        if names.contains(where: { entry.name == "EXTENSION \($0)" }) { return true }
        guard let schema = entry.schema else { return false }
        // “TABLE job” of privileges and comments, “job” of data.
        let object = entry.name.split(separator: " ", maxSplits: 1).last.map(String.init) ?? entry.name
        return [entry.name, object].contains { owns(TableName(schema: schema, name: $0)) }
      }.map(\.dumpID))
  }

  func owns(_ table: TableName) -> Bool {
    members.contains([table.schema, table.name].map(\.asIdentifierIfNeeded).joined(separator: "."))
  }

  /// What is missing without them.
  var outcome: RestoreOutcome {
    var outcome = RestoreOutcome()
    for name in names {
      outcome.notes.append("left out: the extension \(name), which this server allows in one database only")
      outcome.excused.formUnion(
        ["extension", "comment on extension"].map { "\($0) \(name.asIdentifierIfNeeded)" })
    }
    outcome.missingExtensions = Set(names)
    return outcome
  }
}
