// Restores what belongs to rows: values of sequences, large objects, and the contents of materialized views.

import ChunkStore
import Postgres

struct DataAftermath {
  private let document: DatabaseDocument
  private let plan: DataPlan
  private let oids: [String]
  private let context: DatabaseContext
  private let access: ServerAccess

  init(
    _ document: DatabaseDocument, _ plan: DataPlan, _ oids: [String], _ context: DatabaseContext,
    _ access: ServerAccess
  ) {
    (self.document, self.plan, self.oids) = (document, plan, oids)
    (self.context, self.access) = (context, access)
  }

  func run(_ connection: Connection) throws {
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    try setSequences(contents, connection)
    if Self.isBeyondTables(document, context.request) { try replaceLargeObjects(contents, connection) }
    try refreshViews(connection)
  }

  /// Whether large objects and sequences that no table owns are replaced as well: only with the whole of a whole checkpoint,
  /// or of its rescue.
  static func isBeyondTables(_ document: DatabaseDocument, _ request: DatabaseRequest) -> Bool {
    if request.part.isSelective { return false }
    return document.selection.map { $0.isBeyondTables == true || ($0.schemas.isEmpty && $0.rowsOf == nil) }
      ?? true
  }

  // MARK: Sequences

  /// Sets the recorded value if the sequence still exists. If it has another name now, it continues after the highest row.
  private func setSequences(_ contents: ArchiveContents, _ connection: Connection) throws {
    let owned = try connection.query(
      """
      SELECT n.nspname, s.relname, t.oid::regclass, a.attname, q.seqincrement > 0
      FROM pg_depend d JOIN pg_class s ON s.oid = d.objid JOIN pg_sequence q ON q.seqrelid = s.oid
        JOIN pg_namespace n ON n.oid = s.relnamespace JOIN pg_class t ON t.oid = d.refobjid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        AND t.oid = ANY ($1::oid[])
      """, [oids.asArray])
    let present = Set(
      try connection.query(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S'"
      ).map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") })
    let names = Set(owned.map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") })
    let isBeyondTables = Self.isBeyondTables(document, context.request)
    let part = context.request.part
    let isOfSchemas = document.selection?.rowsOf == nil && !part.schemas.isEmpty
    var set = try sequencesOfOthers(connection)
    for entry in contents.entries where entry.kind == "SEQUENCE SET" {
      guard let name = entry.tableName, present.contains(name), !set.contains(name),
        let statement = entry.definition,
        names.contains(name) || isBeyondTables || isOfSchemas && part.includes(schema: name.schema)
      else { continue }
      try connection.execute(script: statement)
      set.insert(name)
    }
    for row in owned {
      let name = TableName(schema: row[0] ?? "", name: row[1] ?? "")
      guard !set.contains(name), let table = row[2], let column = row[3]?.asIdentifier else { continue }
      let last = row[4] == "t" ? "max" : "min"
      _ = try connection.query(
        "SELECT setval($1::regclass, v) FROM (SELECT \(last)(\(column)) AS v FROM \(table)) t WHERE v IS NOT NULL",
        [name.quoted])
    }
  }

  /// Sequences of tables that keep their rows.
  private func sequencesOfOthers(_ connection: Connection) throws -> Set<TableName> {
    let names = plan.kept.map(\.name) + plan.untouched
    let rows = try connection.query(
      """
      SELECT n.nspname, s.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
      JOIN pg_namespace n ON n.oid = s.relnamespace
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        AND d.refobjid IN (SELECT c.oid FROM unnest($1::text[], $2::text[]) t (schema, name)
          JOIN pg_namespace n ON n.nspname = t.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name)
      """, [names.map(\.schema).asArray, names.map(\.name).asArray])
    return Set(rows.map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") })
  }

  // MARK: Large objects

  private static let largeObjectKinds: Set<String> = ["BLOB", "BLOBS", "BLOB METADATA"]

  /// They belong to no table, so all of them are replaced by the recorded ones.
  private func replaceLargeObjects(_ contents: ArchiveContents, _ connection: Connection) throws {
    let part = Set(contents.entries.filter { Self.largeObjectKinds.contains($0.kind) }.map(\.dumpID))
    let entries = contents.entries.filter { entry in
      part.contains(entry.dumpID) || entry.name.hasPrefix("LARGE OBJECT")
    }
    let isThere = try connection.query("SELECT FROM pg_largeobject_metadata LIMIT 1").isEmpty == false
    if entries.isEmpty && !isThere { return }
    try connection.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
    if entries.isEmpty { return }
    let archive = try ArchiveRestore(
      document, ArchiveEdits(only: Set(entries.map(\.dumpID))), context.request,
      programs: access.clientPrograms(),
      limits: access.source.limits, store: context.store)
    let script = ArchiveScript(archive, connection)
    try script.run("pre-data")
    try script.run("data")
  }

  // MARK: Materialized views

  /// Refreshes views that are filled now, each after those that it reads. For a part, only views that read its tables.
  private func refreshViews(_ connection: Connection) throws {
    let views = try connection.query(
      """
      WITH RECURSIVE uses AS (
        SELECT DISTINCT r.ev_class AS view, d.refobjid AS used FROM pg_rewrite r JOIN pg_depend d
          ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
        WHERE d.refobjid <> r.ev_class
      ), levels AS (
        SELECT oid AS view, 0 AS level FROM pg_class
        WHERE CASE WHEN $2::bool THEN relkind IN ('m', 'v') AND oid >= 16384 ELSE oid = ANY ($1::oid[]) END
        UNION SELECT u.view, l.level + 1 FROM levels l JOIN uses u ON u.used = l.view WHERE l.level < 100
      )
      SELECT c.oid::regclass, pg_has_role(c.relowner, 'USAGE') FROM pg_class c JOIN levels l ON l.view = c.oid
      WHERE c.relkind = 'm' AND c.relispopulated GROUP BY c.oid ORDER BY max(l.level), c.oid
      """, [oids.asArray, Self.isBeyondTables(document, context.request) ? "t" : "f"])
    try connection.underStandardPath {
      for row in views where row[1] == "t" {
        if let view = row[0] {
          try connection.execute(script: Array("REFRESH MATERIALIZED VIEW \(view)".utf8))
        }
      }
    }
  }
}
