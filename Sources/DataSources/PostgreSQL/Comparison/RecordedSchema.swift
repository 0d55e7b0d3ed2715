// The definitions in an archive of pg_dump, by kind and name, for comparing them with those of another moment. Data,
// properties of the database itself, and texts that may contain passwords are left out.

import FileSystem

struct RecordedSchema {
  struct Key: Hashable {
    var kind: String
    @ExactText var schema: String
    @ExactText var name: String
  }

  struct Definition {
    /// Several entries may have the same kind and name, such as privileges on a table and on its columns.
    var texts: [[UInt8]] = []
    var owner = ""
    /// The table that it belongs to, with its schema.
    var table: String?
    /// The name for people: with its schema, but without the table that it belongs to.
    var name: String
  }

  private(set) var definitions: [Key: Definition] = [:]
  /// The arguments of `setval` by sequence.
  private(set) var sequences: [ExactText: String] = [:]
  /// The columns of primary keys, by table.
  private(set) var primaryKeys: [TableName: [String]] = [:]
  private(set) var tables: Set<TableName> = []
  let encoding: DatabaseEncoding

  /// Entries that are not definitions.
  private static let dataKinds: Set<String> = [
    "TABLE DATA", "SEQUENCE SET", "BLOBS", "BLOB", "BLOB METADATA", "MATERIALIZED VIEW DATA", "ENCODING",
    "STDSTRINGS", "SEARCHPATH", "STATISTICS DATA",
  ]

  /// Kinds whose names begin with the table's name.
  private static let kindsOfTables: Set<String> = [
    "CONSTRAINT", "FK CONSTRAINT", "CHECK CONSTRAINT", "DEFAULT", "TRIGGER", "RULE", "POLICY",
  ]

  init(_ contents: ArchiveContents) {
    encoding = DatabaseEncoding(contents.encoding)
    let relations = ["TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"]
    var names: [ExactText: Set<ExactText>] = [:]
    for entry in contents.entries where relations.contains(entry.kind) {
      names[ExactText(entry.schema ?? ""), default: []].insert(ExactText(entry.name))
      if entry.kind == "TABLE" { tables.insert(TableName(schema: entry.schema ?? "", name: entry.name)) }
    }
    for entry in contents.entries {
      if entry.kind == "SEQUENCE SET" { noteSequence(entry) }
      let isAboutDatabase = entry.kind.hasPrefix("DATABASE") || entry.name.hasExactly(prefix: "DATABASE ")
      if isAboutDatabase || Self.dataKinds.contains(entry.kind) { continue }
      let key = Key(kind: entry.kind, schema: entry.schema ?? "", name: entry.name)
      var definition = definitions[key] ?? Definition(name: entry.name)
      definition.texts.append(entry.definition ?? [])
      definition.owner = encoding.text(entry.owner ?? [])
      place(entry, &definition, names[ExactText(entry.schema ?? "")] ?? [])
      definitions[key] = definition
    }
  }

  private mutating func noteSequence(_ entry: ArchiveEntry) {
    // SELECT pg_catalog.setval('public.orders_id_seq', 100, true);
    let text = encoding.text(entry.definition ?? [])
    guard let comma = text.range(of: "', ") else { return }
    let arguments = text[comma.upperBound...].prefix { $0 != ")" }
    let parts = arguments.split(separator: ",").map { $0.drop(while: \.isWhitespace) }
    let isCalled = parts.count < 2 || parts[1] == "true"
    sequences[ExactText("\(entry.schema.map { "\($0)." } ?? "")\(entry.name)")] =
      "\(parts.first ?? "")\(isCalled ? "" : " (not used yet)")"
  }

  /// The kinds of objects that privileges and comments can be about; the longer names first.
  private static let objectKinds = [
    "MATERIALIZED VIEW", "FOREIGN TABLE", "TABLE", "VIEW", "SEQUENCE", "FUNCTION", "PROCEDURE", "AGGREGATE",
    "COLUMN", "TYPE", "DOMAIN", "INDEX", "CONSTRAINT", "TRIGGER", "SCHEMA",
  ]
  private static let kindsAboutObjects: Set<String> = ["ACL", "COMMENT", "SECURITY LABEL", "ROW SECURITY"]

  /// Finds the table that an entry belongs to, and its name for people.
  private mutating func place(_ entry: ArchiveEntry, _ definition: inout Definition, _ names: Set<ExactText>)
  {
    let schema = entry.schema ?? ""
    let prefix = schema.isEmpty ? "" : "\(schema)."
    definition.name = prefix + entry.name
    if Self.kindsAboutObjects.contains(entry.kind) {
      let named = Self.objectKinds.lazy.compactMap { kind in
        entry.name.rest(after: "\(kind) ").map { (kind, $0) }
      }
      guard let (kind, name) = named.first else { return }
      definition.name = "\(kind.lowercased()) \(prefix)\(name)"
      let owner =
        kind == "COLUMN"
        ? names.map(\.wrappedValue).filter { name.utf8.starts(with: "\($0).".utf8) }.max {
          $0.utf8.count < $1.utf8.count
        } : name
      if kind == "COLUMN" || kind == "TABLE" { definition.table = owner.map { prefix + $0 } }
      return
    }
    if entry.kind == "INDEX" {
      let found = StatementNames(entry.definition ?? []).name(after: ["ON"])
      definition.name = entry.name
      if let found { definition.table = "\(schema).\(encoding.text(found.name))" }
      return
    }
    guard Self.kindsOfTables.contains(entry.kind) else { return }
    // A name may contain blanks, so the longest one that exists is taken.
    var end = entry.name.endIndex
    while let blank = entry.name.unicodeScalars[..<end].lastIndex(of: " ") {
      let table = String(entry.name[..<blank])
      if names.contains(ExactText(table)) {
        definition.table = "\(schema).\(table)"
        definition.name = String(entry.name.unicodeScalars[blank...].dropFirst())
        noteKey(entry, TableName(schema: schema, name: table))
        return
      }
      end = blank
    }
  }

  /// `ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY (id, "Other");`
  private mutating func noteKey(_ entry: ArchiveEntry, _ table: TableName) {
    guard entry.kind == "CONSTRAINT", let text = entry.definition,
      let columns = StatementNames(text).list(after: ["PRIMARY", "KEY"])
    else { return }
    primaryKeys[table] = columns.map { encoding.text($0) }
  }
}

extension StringProtocol {
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
