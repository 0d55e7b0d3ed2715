// Decides what of a document is restored, and how its archive is changed for that, before anything is touched.

import ChunkStore
import FileSystem
import Postgres

struct RestorePreparation {
  let edits: ArchiveEdits
  /// Entries that make extensions, and their schemas: they come first.
  let extensionEntries: Set<Int>
  let allEntries: Set<Int>
  /// Whether everything is restored, not a part.
  let isWhole: Bool
  let columnOrder: ColumnOrder
  /// The tables that are made.
  let tables: [TableName]
  /// What will differ from what was recorded.
  private(set) var outcome = RestoreOutcome()

  /// - Parameters:
  ///   - only: the entries of a part; nil for everything.
  ///   - bound: extensions that this database cannot have, if it is not the live one.
  ///   - others: for a trial, objects that only other roles can make.
  ///   - missingRoles: roles that are left out wherever they are named.
  ///   - fillsViews: whether materialized views get their recorded rows, and are not refreshed.
  ///   - connection: a connection to any database of the server.
  init(
    _ document: DatabaseDocument, only: Set<Int>?, _ part: DatabasePart,
    without bound: ExtensionsOfOneDatabase? = nil, _ others: OthersObjects? = nil, missingRoles: [String],
    fillsViews: Bool, store: Store,
    _ connection: Connection
  ) throws {
    let contents = try ArchiveContents.read(document, ChunkReader(store))
    var edits = ArchiveEdits(only: only)
    edits.definitions = ColumnOrder(document).definitions(contents)
    let versions = try Set(
      connection.query("SELECT name || ' ' || version FROM pg_available_extension_versions").compactMap {
        $0[0]
      })
    for entry in contents.entries where entry.kind == "EXTENSION" {
      guard let version = document.extensionVersions?[entry.name] else { continue }
      guard versions.contains("\(entry.name) \(version)") else {
        outcome.missingExtensions.insert(entry.name)
        outcome.excused.insert(ExactText("extension \(entry.name.asIdentifierIfNeeded)"))
        outcome.notes.append(
          "version \(version) of the extension \(entry.name) is not installed on this server: it gets the one that is"
        )
        continue
      }
      edits.definitions[entry.dumpID] = entry.definition(version: version)
    }
    if part.contents == .everything {
      let filled = Set((document.supplements ?? []).filter { !$0.isView || fillsViews }.map(\.tableName))
      let kinds = ["TABLE DATA", "MATERIALIZED VIEW DATA"]
      for entry in contents.entries
      where kinds.contains(entry.kind) && entry.tableName.map(filled.contains) == true {
        edits.omitted.insert(entry.dumpID)
      }
    }
    let places = try Tablespaces(connection)
    for entry in contents.entries where entry.tablespace.map(places.lacks) == true {
      edits.misplaced.insert(entry.dumpID)
      outcome.missingTablespaces.insert(DatabaseEncoding(contents.encoding).text(entry.tablespace ?? []))
    }
    outcome.notes += outcome.missingTablespaces.sorted().map(Tablespaces.note)
    let unrestored = UnrestoredEntries(contents, missingRoles: missingRoles)
    edits.omitted.formUnion(unrestored.omitted)
    edits.definitions.merge(unrestored.definitions) { _, other in other }
    outcome.notes += unrestored.notes
    edits.omitted.formUnion(bound?.entries(of: contents) ?? [])
    edits.omitted.formUnion(others?.entries(in: contents) ?? [])
    let entries = contents.entries.filter {
      only?.contains($0.dumpID) != false && !edits.omitted.contains($0.dumpID)
    }
    let extensions = entries.filter { $0.kind == "EXTENSION" }
    let needed = Set(extensions.flatMap(\.dependencies))
    let schemas = entries.filter { $0.kind == "SCHEMA" && needed.contains($0.dumpID) }
    extensionEntries = Set((extensions + schemas).map(\.dumpID))
    allEntries = Set(entries.map(\.dumpID))
    self.edits = edits
    tables = entries.filter { $0.kind == "TABLE" }.compactMap(\.tableName)
    columnOrder = ColumnOrder(document, Set(tables).contains)
    isWhole = only == nil
  }
}

extension ArchiveEntry {
  /// `CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;` with a version.
  fileprivate func definition(version: String) -> [UInt8]? {
    guard var text = definition, let end = text.lastIndex(of: UInt8(ascii: ";")) else { return definition }
    text.insert(contentsOf: Array(" VERSION \(version.asIdentifier)".utf8), at: end)
    return text
  }
}
