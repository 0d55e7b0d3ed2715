// The present tables, as far as recorded rows must fit into them.

import Postgres

struct LiveTable: Sendable {
  struct Column: Sendable {
    var name: String
    var type: String
    /// As in `pg_type.typcategory`: `S` for text.
    var category: String
    var isNotNull: Bool
    var hasDefault: Bool
    var isGenerated: Bool
  }

  var name: TableName
  var oid: String
  /// Whether it is partitioned, so that its rows are in its partitions.
  var isPartitioned: Bool
  var ancestors: [TableName]
  var root: TableName? { ancestors.last }
  var bound: String?
  var columns: [Column]

  func column(_ name: String) -> Column? { columns.first { $0.name.hasSameBytes(as: name) } }

  /// All ordinary and partitioned tables that belong neither to the system nor to an extension.
  static func all(_ connection: Connection) throws -> [TableName: LiveTable] {
    var columns: [String: [Column]] = [:]
    let described = try connection.query(
      """
      SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), t.typcategory,
        a.attnotnull OR t.typnotnull, a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL, a.attgenerated <> ''
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ORDER BY a.attrelid, a.attnum
      """)
    for row in described {
      guard let table = row[0], let name = row[1], let type = row[2] else { continue }
      columns[table, default: []].append(
        Column(
          name: name, type: type, category: row[3] ?? "", isNotNull: row[4] == "t", hasDefault: row[5] == "t",
          isGenerated: row[6] == "t"))
    }
    let tables = try connection.query(
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', pg_get_expr(c.relpartbound, c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      """)
    let ancestors = try DatabaseCatalog.ancestors(connection)
    return tables.reduce(into: [:]) { found, row in
      let name = TableName(schema: row[1] ?? "", name: row[2] ?? "")
      found[name] = LiveTable(
        name: name, oid: row[0] ?? "", isPartitioned: row[3] == "t", ancestors: ancestors[row[0] ?? ""] ?? [],
        bound: row[4],
        columns: columns[row[0] ?? ""] ?? [])
    }
  }
}
