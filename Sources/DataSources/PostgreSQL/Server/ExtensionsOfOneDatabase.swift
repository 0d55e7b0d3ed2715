// Extensions that a separate database cannot have: those that a server allows in only one of its databases, which a setting
// names (pg_cron), and those that only a superuser may create. A rollback of a database with such extensions is done in
// place, and a trial is made without them.

import ChunkStore
import FileSystem
import Postgres

struct ExtensionsOfOneDatabase {
  /// The settings that name the database, by extension (pg_cron's documentation; version 1.6 has no other way).
  private static let settings = ["pg_cron": "cron.database_name"]

  /// The extensions and their settings, as arrays for a query.
  static var arguments: [String] {
    let pairs = settings.sorted { $0.key < $1.key }
    return [pairs.map(\.key).asArray, pairs.map(\.value).asArray]
  }

  let names: [String]
  /// The extensions among them that only a superuser may create.
  let ofSuperusers: Set<String>
  /// The identities of their objects, as in `ExtensionMember`.
  private let members: Set<String>

  /// - Parameters:
  ///   - document: the database that is to be restored.
  ///   - connection: a connection to any database of the server.
  ///   - orOfSuperusers: whether extensions count that this user may not create.
  init(
    _ document: DatabaseDocument, _ store: Store, _ connection: Connection, orOfSuperusers: Bool = false
  ) throws {
    let bound = try document.extensions.filter { name in
      guard let setting = Self.settings[name] else { return false }
      return try !connection.query("SELECT FROM pg_settings WHERE name = $1", [setting]).isEmpty
    }
    ofSuperusers =
      try orOfSuperusers
      ? Set(Self.ofSuperusers(connection)).intersection(document.extensions).subtracting(bound) : []
    names = bound + ofSuperusers.sorted()
    let names = Set(names)
    let all = names.isEmpty ? [] : try ExtensionMember.recorded(document, store) ?? []
    members = Set(all.filter { names.contains($0.extension) }.map(\.identity))
  }

  /// Extensions that are installed on the server and that this user may not create.
  static func ofSuperusers(_ connection: Connection) throws -> [String] {
    let trusted = connection.serverMajorVersion >= 13 ? "v.trusted" : "false"
    return try connection.query(
      """
      SELECT DISTINCT v.name FROM pg_available_extensions e JOIN pg_available_extension_versions v
        ON v.name = e.name AND v.version = coalesce(e.installed_version, e.default_version)
      WHERE v.superuser AND NOT \(trusted) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) ORDER BY 1
      """
    ).compactMap { $0[0] }
  }

  /// The archive's entries for them.
  func entries(of contents: ArchiveContents) -> Set<Int> {
    if names.isEmpty { return [] }
    return Set(
      contents.entries.filter { entry in
        if entry.kind == "EXTENSION" { return names.contains(entry.name) }
        if names.contains(where: { entry.name == "EXTENSION \($0)" }) { return true }
        guard let schema = entry.schema else { return false }
        // Privileges and comments have tags like “TABLE job”, data has “job”.
        let object = (entry.name.cut(at: " ")?.after).map(String.init) ?? entry.name
        return [entry.name, object].contains { owns(TableName(schema: schema, name: $0)) }
      }.map(\.dumpID))
  }

  func owns(_ table: TableName) -> Bool {
    members.contains([table.schema, table.name].map(\.asIdentifierIfNeeded).joined(separator: "."))
  }
}
