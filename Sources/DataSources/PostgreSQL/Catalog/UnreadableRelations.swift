// Relations that the database user may not read. pg_dump reads every table and sequence that it describes, so a single one
// makes recording fail. All of them are reported at once, so that the user need not find them one by one.

import Postgres

extension DatabaseCatalog {
  struct UnreadableRelation {
    var oid: String
    var name: TableName
    var ancestors: [TableName]

    /// The same key as in `OthersObjects`.
    var key: String { "\(DatabaseCatalog.relationClass):\(oid)" }
  }

  /// The OID of `pg_class`, which is the same on every server.
  static let relationClass = 1259

  fileprivate static func unreadable(_ connection: Connection) throws -> [UnreadableRelation] {
    let rows = try connection.query(
      """
      SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT (has_schema_privilege(n.oid, 'USAGE') AND CASE WHEN c.relkind = 'S'
          THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END)
        AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY n.nspname, c.relname
      """)
    if rows.isEmpty { return [] }
    let ancestors = try ancestors(connection)
    return rows.map { row in
      UnreadableRelation(
        oid: row[0] ?? "", name: TableName(schema: row[1] ?? "", name: row[2] ?? ""),
        ancestors: ancestors[row[0] ?? ""] ?? [])
    }
  }

  /// - Throws: `DatabaseProblem.notReadable` with everything that a selection includes and the user may not read.
  static func requireReadable(_ selection: DatabaseSelection, _ connection: Connection) throws {
    try require(selection.unreadable(connection))
  }

  fileprivate static func require(_ unreadable: [UnreadableRelation]) throws {
    if !unreadable.isEmpty { throw DatabaseProblem.notReadable(unreadable.map(\.name.display)) }
  }
}

extension DatabaseSelection {
  fileprivate func unreadable(_ connection: Connection) throws -> [DatabaseCatalog.UnreadableRelation] {
    try DatabaseCatalog.unreadable(connection).filter {
      includesDefinition(of: $0.name, ancestors: $0.ancestors)
    }
  }

  /// The same for a rescue, without relations that stay as they are and cannot be read.
  /// - Throws: `DatabaseProblem.notReadable` with everything that is replaced and the user may not read.
  func rescuing(
    _ connection: Connection, _ isReplaced: (DatabaseCatalog.UnreadableRelation) -> Bool
  ) throws -> DatabaseSelection {
    let all = try unreadable(connection)
    try DatabaseCatalog.require(all.filter(isReplaced))
    var selection = self
    selection.unreadable = all.isEmpty ? nil : all.map { NamePattern.exactly($0.name.display) }
    return selection
  }
}
