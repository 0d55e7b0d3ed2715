// Queries of the server's catalogs: tables and their columns, the moment of a snapshot, sessions that hold a lock.

import Postgres

enum DatabaseCatalog {
  /// Tables whose rows we copy: ordinary tables and leaf partitions. Not those of extensions, whose relevant rows pg_dump
  /// knows, nor foreign tables.
  static func tables(_ connection: Connection) throws -> [CatalogTable] {
    let columns = try connection.query(
      """
      SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ORDER BY a.attrelid, a.attnum
      """)
    var byTable: [String: (names: [String], types: [String])] = [:]
    for row in columns {
      guard let table = row[0], let name = row[1], let type = row[2] else { continue }
      byTable[table, default: ([], [])].names.append(name)
      byTable[table, default: ([], [])].types.append(type)
    }
    // Hashes that can differ in another database: those of enums and types made from them (whose operator classes are for
    // pseudo-types), of OIDs, of types and expressions that are not built in, and of texts that depend on the version of a
    // collation.
    let tables = try connection.query(
      """
      SELECT c.oid, n.nspname, c.relname, c.relfilenode,
        root.nspname, root.relname, root.is_unsure, pg_get_expr(c.relpartbound, c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN LATERAL (
        SELECT rn.nspname, r.relname, EXISTS (
          SELECT FROM pg_partition_ancestors(c.oid) a JOIN pg_partitioned_table p ON p.partrelid = a.relid
          WHERE p.partstrat = 'h' AND (p.partexprs IS NOT NULL OR EXISTS (
            SELECT FROM unnest(p.partclass::oid[], p.partcollation::oid[]) k (class, compared)
            JOIN pg_opclass o ON o.oid = k.class JOIN pg_type t ON t.oid = o.opcintype
            LEFT JOIN pg_collation l ON l.oid = k.compared
            WHERE o.oid >= 16384 OR t.typtype = 'p' OR t.oid = 'oid'::regtype OR NOT l.collisdeterministic))) AS is_unsure
        FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace
        -- Rows of ours must not be led to another server.
        WHERE c.relispartition AND r.oid = pg_partition_root(c.oid) AND NOT EXISTS (
          SELECT FROM pg_partition_tree(pg_partition_root(c.oid)) p JOIN pg_class f ON f.oid = p.relid WHERE f.relkind = 'f')
      ) root ON true
      WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY n.nspname, c.relname
      """)
    let ancestors = try ancestors(connection)
    return tables.map { row in
      let oid = row[0] ?? ""
      let root: TableName? =
        if let schema = row[4], let name = row[5] { TableName(schema: schema, name: name) } else { nil }
      return CatalogTable(
        oid: oid, name: TableName(schema: row[1] ?? "", name: row[2] ?? ""),
        relfilenode: row[3] ?? "", columns: byTable[oid]?.names ?? [], types: byTable[oid]?.types ?? [],
        loadThrough: row[6] == "t" ? root : nil, ancestors: ancestors[oid] ?? [],
        bound: row[7])
    }
  }

  /// The partitioned tables above each partition, the nearest first, by the partition's OID.
  static func ancestors(_ connection: Connection) throws -> [String: [TableName]] {
    let rows = try connection.query(
      """
      SELECT c.oid, n.nspname, p.relname
      FROM pg_class c CROSS JOIN LATERAL pg_partition_ancestors(c.oid) WITH ORDINALITY a (relid, position)
        JOIN pg_class p ON p.oid = a.relid JOIN pg_namespace n ON n.oid = p.relnamespace
      WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND a.relid <> c.oid ORDER BY c.oid, a.position
      """)
    return rows.reduce(into: [:]) { found, row in
      found[row[0] ?? "", default: []].append(TableName(schema: row[1] ?? "", name: row[2] ?? ""))
    }
  }

  /// Measures the tables, which waits for their locks.
  static func measure(_ tables: [CatalogTable], _ connection: Connection) throws -> [CatalogTable] {
    let rows = try connection.query(
      """
      SELECT oid, pg_table_size(oid), pg_relation_size(oid), NOT EXISTS (
        SELECT FROM pg_index x WHERE x.indrelid = oid AND (x.indexprs IS NOT NULL OR x.indpred IS NOT NULL) AND EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid
            AND d.refclassid = 'pg_proc'::regclass AND d.refobjid >= 16384))
      FROM unnest($1::oid[]) oid
      """, [tables.map(\.oid).asArray])
    let sizes = Dictionary(rows.map { ($0[0] ?? "", $0) }) { first, _ in first }
    return tables.map { table in
      var table = table
      table.byteCount = sizes[table.oid]?[1].flatMap { Int($0) } ?? 0
      table.heapByteCount = sizes[table.oid]?[2].flatMap { Int($0) } ?? 0
      table.isPlannable = sizes[table.oid]?[3] != "f"
      return table
    }
  }

  /// Tables, views and sequences that a selection leaves out.
  static func excluded(
    by selection: DatabaseSelection, _ connection: Connection
  ) throws -> [(oid: String, name: TableName)] {
    if selection.excludedTables.isEmpty && selection.unreadable == nil { return [] }
    let ancestors = try ancestors(connection)
    return try connection.query(
      """
      SELECT n.nspname, c.relname, c.oid
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      """
    ).compactMap { row in
      let table = TableName(schema: row[0] ?? "", name: row[1] ?? "")
      var selection = selection
      selection.schemas = []
      let isIncluded = selection.includesDefinition(of: table, ancestors: ancestors[row[2] ?? ""] ?? [])
      return isIncluded ? nil : (row[2] ?? "", table)
    }
  }

  /// The schemas that a selection chooses.
  static func schemas(of selection: DatabaseSelection, _ connection: Connection) throws -> [String] {
    if selection.schemas.isEmpty { return [] }
    let names = try connection.query("SELECT nspname FROM pg_namespace").compactMap { $0[0] }
    for pattern in selection.schemas where !names.contains(where: { NamePattern.matches(pattern, $0) }) {
      throw DatabaseProblem.noSuchSchema(pattern, database: connection.databaseName)
    }
    return names.filter { name in selection.schemas.contains { NamePattern.matches($0, name) } }
  }

  /// Roles that own something in the database or have privileges on it.
  static func roles(_ connection: Connection) throws -> [String] {
    try connection.query(
      """
      SELECT DISTINCT r.rolname FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid
      WHERE s.refclassid = 'pg_authid'::regclass AND s.classid <> 'pg_database'::regclass
        AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
      """
    ).compactMap { $0[0] }
  }

  static func extensions(_ connection: Connection) throws -> [String] {
    try connection.query("SELECT extname FROM pg_extension ORDER BY 1").compactMap { $0[0] }
  }

  static func extensionVersions(_ connection: Connection) throws -> [String: String] {
    let rows = try connection.query("SELECT extname, extversion FROM pg_extension")
    return Dictionary(rows.map { ($0[0] ?? "", $0[1] ?? "") }) { first, _ in first }
  }

  static func hasPublicSchema(_ connection: Connection) throws -> Bool {
    try !connection.query("SELECT FROM pg_namespace WHERE nspname = 'public'").isEmpty
  }

  static func server(_ connection: Connection) throws -> DatabaseDocument.Server {
    let snapshot = connection.serverMajorVersion >= 13 ? "pg_current_snapshot()" : "txid_current_snapshot()"
    let rows = try connection.query(
      """
      SELECT (SELECT system_identifier FROM pg_control_system()), (SELECT timeline_id FROM pg_control_checkpoint()),
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, \(snapshot)
      """)
    func text(_ index: Int) -> String { rows.first?[index] ?? "" }
    return .init(
      version: connection.serverVersion, systemIdentifier: text(0), timeline: text(1), lsn: text(2),
      snapshot: text(3))
  }

  static func systemIdentifier(_ connection: Connection) throws -> String {
    try connection.query("SELECT system_identifier FROM pg_control_system()").first?[0] ?? ""
  }

  /// Prepared transactions that hold locks. They belong to no session.
  private static func preparedHolders(_ connection: Connection) throws -> [String] {
    try connection.query(
      """
      SELECT DISTINCT c.relname, p.gid, p.owner, extract(epoch FROM now() - p.prepared)::bigint
      FROM pg_locks l JOIN pg_locks t USING (virtualtransaction)
        JOIN pg_prepared_xacts p ON t.locktype = 'transactionid' AND t.pid IS NULL AND t.transactionid = p.transaction
        JOIN pg_class c ON c.oid = l.relation
      WHERE l.locktype = 'relation' AND l.pid IS NULL AND c.relkind IN ('r', 'p', 'm')
        AND l.mode <> 'AccessShareLock' AND p.database = current_database()
      ORDER BY 4 DESC LIMIT 5
      """
    ).map { row in
      let prepared = PreparedTransaction(
        gid: row[1] ?? "", owner: row[2] ?? "?", seconds: row[3].flatMap { Int($0) } ?? 0)
      return "\(row[0] ?? "?") is locked by the prepared transaction \(prepared):"
        + " ROLLBACK PREPARED \(prepared.quotedGID), or COMMIT PREPARED"
    }
  }

  /// Sessions that hold, or wait for, a lock on a table that conflicts with ACCESS SHARE.
  static func lockHolders(_ connection: Connection) throws -> [String] {
    let rows = try connection.query(
      """
      SELECT c.relname, a.pid, coalesce(a.usename, '?'), coalesce(nullif(a.application_name, ''), 'unknown program'),
        coalesce(a.state, '?'), extract(epoch FROM now() - a.xact_start)::bigint, left(a.query, 60), l.granted
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_class c ON c.oid = l.relation
      WHERE l.locktype = 'relation' AND c.relkind IN ('r', 'p', 'm') AND l.pid <> pg_backend_pid()
        AND (l.mode = 'AccessExclusiveLock' OR l.granted AND l.mode <> 'AccessShareLock')
        AND a.application_name NOT LIKE 'checkpoint %'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY l.granted DESC, 6 DESC NULLS LAST LIMIT 5
      """)
    return try preparedHolders(connection)
      + rows.map { row in
        let texts = (0..<8).map { row[$0] ?? "?" }
        let verb = texts[7] == "t" ? "locked by" : "waited for by"
        return "\(texts[0]) is \(verb) process \(texts[1]) (user \(texts[2]), \(texts[3]), \(texts[4])"
          + ", for \(texts[5]) s): \(texts[6])"
      }
  }
}
