// Which entries of an archive belong to a part of the database: those of the chosen schemas, and the chosen tables with
// everything that is theirs. The entries' dependencies show what belongs to what; if an entry depends on several relations,
// its statement shows to which one it belongs.

import FileSystem

struct ArchiveSelection {
  /// Entries by their number.
  var dumpIDs: Set<Int>
  /// The tables, views and materialized views of the part, including partitions of chosen tables. They, and not the part's
  /// patterns, decide whose rows belong to it.
  var relations: Set<TableName>
  /// Schemas that belong to the part as a whole.
  var schemas: Set<ExactText>

  func contains(_ entry: ArchiveEntry) -> Bool { dumpIDs.contains(entry.dumpID) }

  /// Leaves out the entries of schemas that exist, and adds those of missing schemas that chosen tables need.
  mutating func adjustSchemas(present: Set<ExactText>, in contents: ArchiveContents) {
    let needed = Set(relations.map { ExactText($0.schema) })
    for entry in contents.entries where entry.kind == "SCHEMA" {
      if present.contains(ExactText(entry.name)) {
        dumpIDs.remove(entry.dumpID)
      } else if needed.contains(ExactText(entry.name)) {
        dumpIDs.insert(entry.dumpID)
      }
    }
  }

  /// Adds extensions and the schemas that they are in.
  mutating func addExtensions(in contents: ArchiveContents) {
    let schemas = Dictionary(
      contents.entries.filter { $0.kind == "SCHEMA" }.map { ($0.dumpID, $0) }
    ) { first, _ in first }
    for entry in contents.entries where entry.kind == "EXTENSION" {
      dumpIDs.insert(entry.dumpID)
      dumpIDs.formUnion(entry.dependencies.filter { schemas[$0] != nil })
    }
  }

  /// The list that `pg_restore --use-list` takes.
  func list(of contents: ArchiveContents) -> [UInt8] {
    Array(contents.entries.filter(contains).map { "\($0.dumpID);\n" }.joined().utf8)
  }
}

extension ArchiveEntry {
  static let relationKinds: Set<String> = ["TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"]
  /// Entries with the settings at the top of every script.
  static let preambleKinds: Set<String> = ["ENCODING", "STDSTRINGS", "SEARCHPATH"]
  /// Entries that are in a dump of data only, and not in one of definitions only.
  private static let dataKinds: Set<String> = [
    "TABLE DATA", "SEQUENCE SET", "BLOB", "BLOBS", "BLOB METADATA", "STATISTICS DATA",
  ]
  /// Filling a materialized view needs both its definition and the rows that it is computed from.
  private static let fillKind = "MATERIALIZED VIEW DATA"

  var isRelation: Bool { Self.relationKinds.contains(kind) }
  var isPreamble: Bool { Self.preambleKinds.contains(kind) }
  var isData: Bool { Self.dataKinds.contains(kind) }
  var isFill: Bool { kind == Self.fillKind }
  /// Whether it belongs to a publication or subscription, which belong to the database and not to a part of it.
  var isMembership: Bool { kind.hasPrefix("PUBLICATION") || kind.hasPrefix("SUBSCRIPTION") }
  var tableName: TableName? { schema.map { TableName(schema: $0, name: name) } }
}

extension ArchiveContents {
  /// For each entry that belongs to another entry, the number of that one. The inner nil is for an entry that must belong to
  /// a relation that is not in the archive, such as an extension's.
  func owners() -> [Int: Int?] {
    let byID = Dictionary(entries.map { ($0.dumpID, $0) }) { first, _ in first }
    return entries.reduce(into: [:]) { found, entry in
      let related = entry.dependencies.compactMap { byID[$0] }
      switch entry.kind {
      case "COMMENT", "ACL", "SECURITY LABEL", "SEQUENCE OWNED BY", "SEQUENCE SET", "STATISTICS DATA":
        if let first = related.first { found[entry.dumpID] = first.dumpID }
      case "SEQUENCE":
        // A sequence that is owned by a column, as for serial and identity columns.
        if let table = related.first(where: \.isRelation) { found[entry.dumpID] = table.dumpID }
      case "INDEX ATTACH":
        // It belongs to the table that is a partition of the other one.
        let tables = related.filter(\.isRelation)
        let own = tables.first { table in tables.contains { table.dependencies.contains($0.dumpID) } }
        found[entry.dumpID] = .some(own?.dumpID)
      default:
        guard let name = Self.relationName(entry) else { return }
        let relations = related.filter { $0.isRelation }
        let own =
          Set(relations.map(\.dumpID)).count == 1
          ? relations.first
          : relations.first { $0.tag == name.name && (name.schema == nil || $0.namespace == name.schema) }
        found[entry.dumpID] = .some(own?.dumpID)
      }
    }
  }

  /// The relation that an entry's statement is about; nil if it belongs to none.
  private static func relationName(_ entry: ArchiveEntry) -> (schema: [UInt8]?, name: [UInt8])? {
    func name(_ keywords: String..., isLast: Bool = false) -> (schema: [UInt8]?, name: [UInt8]) {
      StatementNames(entry.definition ?? []).name(after: keywords, isLast: isLast) ?? (nil, entry.tag ?? [])
    }
    func starts(with text: String) -> Bool { entry.definition?.starts(with: text.utf8) == true }
    switch entry.kind {
    // A constraint of a domain belongs to no relation.
    case "CHECK CONSTRAINT" where starts(with: "ALTER DOMAIN"): return nil
    case "CONSTRAINT", "CHECK CONSTRAINT", "FK CONSTRAINT", "DEFAULT", "ROW SECURITY": return name("TABLE")
    // The only entry for a trigger that a partition inherits says that it is disabled.
    case "TRIGGER" where starts(with: "ALTER"): return name("TABLE")
    case "INDEX", "TRIGGER", "POLICY": return name("ON")
    // A view that other objects refer to before it is complete is written as its rule.
    case "RULE" where starts(with: "CREATE OR REPLACE VIEW"): return name("VIEW")
    case "RULE": return name("TO")
    case "STATISTICS": return name("FROM", isLast: true)
    case "TABLE ATTACH": return name("ATTACH", "PARTITION")
    case "TABLE DATA", "MATERIALIZED VIEW DATA": return (entry.namespace, entry.tag ?? [])
    default: return nil
    }
  }

  /// The entries that belong to a part of the database. Partitions of a chosen table are chosen with it.
  func selection(_ part: DatabasePart) -> ArchiveSelection {
    let owners = owners()
    var chosen: Set<Int> = []
    if part.isSelective {
      chosen = roots(part, owners)
      // Add what belongs to something chosen, and what belongs to that, such as a comment on a table's trigger.
      var found = chosen.count
      repeat {
        found = chosen.count
        for entry in entries where !chosen.contains(entry.dumpID) && !entry.isMembership {
          if case .some(.some(let owner)) = owners[entry.dumpID], chosen.contains(owner) {
            chosen.insert(entry.dumpID)
          }
        }
      } while chosen.count > found
    } else {
      chosen = Set(entries.map(\.dumpID))
    }
    var selected: Set<Int> = []
    let dataIDs = Set(entries.filter(\.isData).map(\.dumpID))
    for entry in entries where chosen.contains(entry.dumpID) || entry.isPreamble {
      // A comment on a large object counts as data, like the object.
      let isData = entry.isData || (owners[entry.dumpID] ?? nil).map(dataIDs.contains) == true
      if entry.isPreamble || part.contents == .everything
        || !entry.isFill && isData == (part.contents == .data)
      {
        selected.insert(entry.dumpID)
      }
    }
    let relations = entries.filter { chosen.contains($0.dumpID) && $0.isRelation }
    let schemas = entries.filter { chosen.contains($0.dumpID) && $0.kind == "SCHEMA" }.map {
      ExactText($0.name)
    }
    return ArchiveSelection(
      dumpIDs: selected, relations: Set(relations.compactMap(\.tableName)), schemas: Set(schemas))
  }

  /// Chosen schemas with their objects, chosen tables with their partitions. Entries that belong to another one follow it.
  private func roots(_ part: DatabasePart, _ owners: [Int: Int?]) -> Set<Int> {
    var chosen: Set<Int> = []
    for entry in entries where !entry.isMembership && entry.kind != "EXTENSION" {
      if entry.kind == "SCHEMA" {
        if part.includes(schema: entry.name) { chosen.insert(entry.dumpID) }
      } else if let schema = entry.schema, owners[entry.dumpID] == nil {
        let isTable = entry.isRelation || entry.kind == "SEQUENCE"
        if part.includes(schema: schema) || isTable && part.includes(table: entry.name, in: schema) {
          chosen.insert(entry.dumpID)
        }
      }
    }
    var found = chosen.count
    repeat {
      found = chosen.count
      for entry in entries where entry.kind == "TABLE ATTACH" {
        if case .some(.some(let partition)) = owners[entry.dumpID],
          entry.dependencies.contains(where: { $0 != partition && chosen.contains($0) })
        {
          chosen.insert(partition)
        }
      }
    } while chosen.count > found
    return chosen
  }

  /// A part without what makes sense only together with other tables: foreign keys to them, and being their partition.
  func standalone(_ selection: ArchiveSelection) -> (kept: Set<Int>, leftOut: [String]) {
    var kept = selection.dumpIDs
    var leftOut: [String] = []
    let byID = Dictionary(entries.map { ($0.dumpID, $0) }) { first, _ in first }
    for entry in entries where ["FK CONSTRAINT", "TABLE ATTACH", "INDEX ATTACH"].contains(entry.kind) {
      let needed = entry.dependencies.compactMap { byID[$0] }.filter(\.isRelation).compactMap(\.tableName)
      guard kept.contains(entry.dumpID),
        let outside = needed.first(where: { !selection.relations.contains($0) })
      else { continue }
      kept.remove(entry.dumpID)
      let what = entry.kind == "FK CONSTRAINT" ? "the foreign key" : "the attachment"
      if entry.kind != "INDEX ATTACH" {
        leftOut.append("\(what) \(entry.name), which refers to \(outside.display)")
      }
    }
    return (kept, leftOut)
  }
}
