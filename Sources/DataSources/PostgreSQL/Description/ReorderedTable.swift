// A table whose columns are in another order than inheritance would give: a column was added to its parent later, or it was
// created separately and attached afterwards. pg_dump defines such a table by its parents and its own columns, which
// restores another order.

import Postgres

struct ReorderedTable: Codable, Sendable, Hashable {
  struct Column: Codable, Sendable, Hashable {
    var name: String
    /// Name, type and collation.
    var start: String
    /// Its default, if it has one: ` DEFAULT …`
    var defaultValue: String
    /// The rest of its definition: generation, NOT NULL. Identities are in the archive.
    var ending: String
    /// Whether the column would remain if no parent had it.
    var isLocal: Bool
    /// Statements for settings that would otherwise come only from the parents' definitions.
    var settings: [String]
  }

  struct Check: Codable, Sendable, Hashable {
    var name: String
    var definition: String
    var isLocal: Bool
  }

  var schema: String
  var name: String
  var columns: [Column]
  var checks: [Check]
  /// Quoted, with their schemas, in order.
  var parents: [String]

  var tableName: TableName { TableName(schema: schema, name: name) }

  /// Partitions are not among them, because they are created separately and attached.
  static func all(_ connection: Connection) throws -> [ReorderedTable] {
    let links = try connection.query(
      """
      SELECT i.inhrelid, i.inhparent, i.inhparent::regclass, n.nspname, c.relname
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND NOT c.relispartition ORDER BY i.inhrelid, i.inhseqno
      """)
    if links.isEmpty { return [] }
    let columns = try self.columns(Array(Set(links.flatMap { [$0[0] ?? "", $0[1] ?? ""] })), connection)
    let children = Dictionary(grouping: links) { $0[0] ?? "" }
    var found: [ReorderedTable] = []
    for (child, links) in children {
      let own = columns[child] ?? []
      var natural: [String] = []
      let inherited = links.flatMap { columns[$0[1] ?? ""] ?? [] }.map(\.name)
      for name in inherited + own.filter(\.isLocal).map(\.name)
      where !natural.contains(where: name.hasSameBytes) {
        natural.append(name)
      }
      if natural.elementsEqual(own.map(\.name), by: { $0.hasSameBytes(as: $1) }) { continue }
      found.append(
        ReorderedTable(
          schema: links[0][3] ?? "", name: links[0][4] ?? "", columns: own,
          checks: try checks(child, connection),
          parents: links.compactMap { $0[2] }))
    }
    return found.sorted { $0.tableName.display < $1.tableName.display }
  }

  private static func columns(_ tables: [String], _ connection: Connection) throws -> [String: [Column]] {
    let compression = connection.serverMajorVersion >= 14 ? "a.attcompression" : "''"
    let rows = try connection.query(
      """
      SELECT a.attrelid, a.attname, \(TableStatements.column), \(TableStatements.defaultValue),
        \(TableStatements.ending(connection.serverMajorVersion, identity: false)), a.attislocal,
        CASE WHEN a.attstorage <> t.typstorage THEN format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s', a.attrelid::regclass,
          a.attname, CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
        CASE \(compression) WHEN 'p' THEN format('ALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION pglz', a.attrelid::regclass, a.attname)
          WHEN 'l' THEN format('ALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION lz4', a.attrelid::regclass, a.attname) END
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum
      """, [tables.asArray])
    return rows.reduce(into: [:]) { found, row in
      found[row[0] ?? "", default: []].append(
        Column(
          name: row[1] ?? "", start: row[2] ?? "", defaultValue: row[3] ?? "", ending: row[4] ?? "",
          isLocal: row[5] == "t", settings: [row[6], row[7]].compactMap { $0 }))
    }
  }

  /// Checks that are not valid are left out: they are added after the rows, by entries of their own.
  private static func checks(_ table: String, _ connection: Connection) throws -> [Check] {
    try connection.query(
      """
      SELECT conname, pg_get_constraintdef(oid), conislocal FROM pg_constraint
      WHERE conrelid = $1::oid AND contype = 'c' AND convalidated ORDER BY conname
      """, [table]
    ).map { Check(name: $0[0] ?? "", definition: $0[1] ?? "", isLocal: $0[2] == "t") }
  }
}
