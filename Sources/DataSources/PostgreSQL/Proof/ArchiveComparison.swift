// Compares a database with an archive, except rows: definitions, owners, privileges, values of sequences, large objects, the
// rows of extensions. Both are archives of pg_dump, compared entry by entry.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres

struct ArchiveComparison {
  private struct Key: Hashable {
    var kind: String
    /// Nil if it has none, as for a schema itself.
    var schema: ExactText?
    @ExactText var name: String
    var owner: [UInt8]?

    var display: String { "\(kind.lowercased()) \(schema.map { "\($0.wrappedValue)." } ?? "")\(name)" }
  }

  /// The definitions of the entries of one kind and name, and the digest of their data.
  private struct Value: Equatable {
    var definitions: [[UInt8]] = []
    var data: [String] = []
  }

  private let access: ServerAccess
  private let store: Store

  init(_ access: ServerAccess, in store: Store) { (self.access, self.store) = (access, store) }

  /// - Parameters:
  ///   - name: a database that no other session changes meanwhile.
  ///   - onlyData: compare only values of sequences and large objects, because definitions were compared by the catalogs.
  /// - Returns: what differs, for people.
  ///   - omitted: entries that were not restored.
  func differences(
    between document: DatabaseDocument, and name: String, onlyData: Bool,
    without omitted: (ArchiveContents) -> Set<Int> = { _ in [] }
  ) throws -> [String] {
    guard let archive = document.archive else { throw DatabaseProblem.documentMissing }
    let reader = ChunkReader(store)
    let list = try StreamLists(document.list, reader).list(of: archive)
    let recorded = try Self.values(ArchiveInput(list, reader), without: omitted)
    let session = try ChunkSession(store, isForComparing: true)
    defer { session.end() }
    let file = session.temporaryPath("proof")
    try writeArchive(of: name, document, to: file)
    let input = try OpenFile.open(file, flags: O_RDONLY)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    let found = try Self.values(ArchiveInput { Array(buffer[..<(try input.read(into: buffer))]) })
    var differences: [String] = []
    let filled = Set((document.supplements ?? []).map(\.tableName))
    for key in Set(recorded.keys).union(found.keys) {
      // All rows of these tables are compared separately.
      if key.kind == "TABLE DATA",
        filled.contains(TableName(schema: key.schema?.wrappedValue ?? "", name: key.name))
      {
        continue
      }
      if onlyData && !Self.dataKinds.contains(key.kind) { continue }
      switch (recorded[key], found[key]) {
      case (nil, _): differences.append("\(key.display) was not recorded")
      case (_, nil): differences.append("\(key.display) is missing")
      case (let one?, let other?):
        if one.data != other.data {
          differences.append("\(key.display) has other contents")
        } else if !Self.isSame(key.kind, one.definitions, other.definitions) {
          differences.append("\(key.display) is defined differently")
        }
      }
    }
    return differences.sorted()
  }

  /// Whether two recorded archives have the same definitions and data.
  static func isSame(_ one: DatabaseDocument, _ other: DatabaseDocument, in store: Store) throws -> Bool {
    func values(_ document: DatabaseDocument) throws -> [Key: Value]? {
      guard let archive = document.archive else { return nil }
      let reader = ChunkReader(store)
      return try Self.values(ArchiveInput(StreamLists(document.list, reader).list(of: archive), reader))
    }
    guard let first = try values(one), let second = try values(other) else { return false }
    return first == second
  }

  private func scope(of document: DatabaseDocument, _ connection: Connection) throws -> ArchiveDump.Scope {
    let selection = document.selection ?? DatabaseSelection()
    return ArchiveDump.Scope(
      schemas: try DatabaseCatalog.schemas(of: selection, connection),
      withoutRows: try DatabaseCatalog.tables(connection).map(\.name),
      excluded: try DatabaseCatalog.excluded(by: selection, connection).map(\.name))
  }

  private func writeArchive(of name: String, _ document: DatabaseDocument, to file: BytePath) throws {
    let limits = access.source.limits
    let parameters = access.parameters.with(database: name)
    let scope = try ConnectionSupply.awaitingRoom {
      try self.scope(of: document, Connection.open(parameters, timeout: limits.connect))
    }
    let output = try store.files.open(file, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try ArchiveDump(
      programs: access.clientPrograms(), parameters: parameters, limits: limits, snapshotID: nil,
      encoding: document.database.encoding, scope: scope
    ).run { try store.files.write($0, to: output) }
  }

  private static func values(
    _ input: ArchiveInput, without omitted: (ArchiveContents) -> Set<Int> = { _ in [] }
  ) throws -> [Key: Value] {
    let contents = try ArchiveContents.read(input)
    var values: [Key: Value] = [:]
    var keys: [Int: Key] = [:]
    let leftOut = omitted(contents)
    for entry in contents.entries
    where !isAboutDatabase(entry) && !UnrestoredEntries.isOfSubscription(entry)
      && !leftOut.contains(entry.dumpID)
    {
      let key = Key(
        kind: entry.kind, schema: entry.schema.map { ExactText($0) }, name: entry.name, owner: entry.owner)
      keys[entry.dumpID] = key
      values[key, default: Value()].definitions.append((entry.definition ?? []) + (entry.copyStatement ?? []))
    }
    try ArchiveData.forEach(input) { dumpID, digest in
      if let key = keys[dumpID] { values[key, default: Value()].data.append(digest) }
    }
    return values
  }

  /// Digests of an archive's data other than definitions: large objects, and rows that are only in the archive.
  static func data(_ input: ArchiveInput) throws -> [ExactText: [String]] {
    let contents = try ArchiveContents.read(input)
    let names = contents.entries.map { entry in
      let isTable = entry.kind == "TABLE DATA"
      return (entry.dumpID, isTable ? "\(entry.schema.map { "\($0)." } ?? "")\(entry.name)" : "large objects")
    }
    let byID = Dictionary(names) { first, _ in first }
    var digests: [ExactText: [String]] = [:]
    try ArchiveData.forEach(input) { dumpID, digest in
      if let name = byID[dumpID] { digests[ExactText(name), default: []].append(digest) }
    }
    return digests
  }

  /// Whether pg_restore restores it only with `--create`: name, properties, comment and privileges of the database itself.
  private static func isAboutDatabase(_ entry: ArchiveEntry) -> Bool {
    entry.kind.hasPrefix("DATABASE") || entry.name.hasExactly(prefix: "DATABASE ")
  }

  private static let dataKinds: Set<String> = [
    "SEQUENCE SET", "BLOB", "BLOBS", "BLOB METADATA", "TABLE DATA", "ACL", "COMMENT",
  ]

  /// Code is stored as it was written, so it must be identical.
  private static let exactKinds: Set<String> = ["FUNCTION", "PROCEDURE", "COMMENT", "SEQUENCE SET"]

  /// Whether two lists of definitions of one kind mean the same.
  static func isSame(_ kind: String, _ one: [[UInt8]], _ other: [[UInt8]]) -> Bool {
    if one == other { return true }
    if exactKinds.contains(kind) { return false }
    func forms(_ texts: [[UInt8]]) -> [ExactText] {
      // Privileges are a set: the order of GRANTs does not matter.
      texts.flatMap { text -> [ExactText] in
        let form = CanonicalSQL.form(of: text)
        return kind.hasSuffix("ACL") ? form.wrappedValue.split(separator: ";").map { ExactText($0) } : [form]
      }.sorted()
    }
    return forms(one) == forms(other)
  }
}
