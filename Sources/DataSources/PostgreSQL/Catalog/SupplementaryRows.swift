// Rows that are in no table of the user and that pg_dump does not restore as they were: rows of extensions' tables, of which
// it dumps only what the extension marks, and rows of materialized views, which it computes anew.

import Checkpoints
import Postgres

extension DatabaseCatalog {
  /// Tables of extensions and filled materialized views whose rows are recorded.
  /// - Returns: the tables and views, and tables of extensions that the user may not read and that are left out.
  static func supplements(
    _ selection: DatabaseSelection, _ connection: Connection
  ) throws -> (tables: [CatalogTable], unreadable: [TableName]) {
    let rows = try connection.query(
      """
      SELECT c.oid, n.nspname, c.relname, c.relfilenode, c.relkind = 'm',
        has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid),
        array_to_string(ARRAY(SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum), ',')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND (c.relkind = 'm' AND c.relispopulated
        OR c.relkind = 'r' AND EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
      ORDER BY n.nspname, c.relname
      """)
    var (tables, unreadable): ([CatalogTable], [TableName]) = ([], [])
    for row in rows {
      let name = TableName(schema: row[1] ?? "", name: row[2] ?? "")
      let isView = row[4] == "t"
      // Extensions belong to the database as a whole.
      guard isView ? selection.includesRows(of: name, ancestors: []) : selection.isOfWholeDatabase else {
        continue
      }
      guard row[5] == "t" else {
        unreadable.append(name)
        continue
      }
      var table = CatalogTable(
        oid: row[0] ?? "", name: name, relfilenode: row[3] ?? "",
        columns: DatabaseProperties.Setting.identifiers(in: row[6] ?? ""), types: [])
      table.isView = isView
      tables.append(table)
    }
    return (tables, unreadable)
  }

  /// Values of the sequences that belong to extensions.
  static func extensionSequences(_ connection: Connection) throws -> [DatabaseDocument.SequenceValue] {
    let names = try connection.query(
      """
      SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'a', 'i')
      WHERE CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT') END AND (d.deptype = 'e' OR EXISTS (
        SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = d.refobjid AND o.deptype = 'e'
          AND d.refclassid = 'pg_class'::regclass)) ORDER BY 1, 2
      """
    ).map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") }
    return try names.compactMap { name in
      try connection.query("SELECT last_value, is_called FROM \(name.quoted)").first.map {
        .init(name: name, value: $0[0] ?? "1", isCalled: $0[1] == "t")
      }
    }
  }
}
