// The part of the live database that is about to be replaced: what is in it now, what outside depends on it, and which
// references from outside can be put back afterwards.

import Postgres

struct LivePart {
  /// Whole schemas that exist now.
  var schemas: [String]
  /// Tables, views and sequences outside those schemas, by their OIDs.
  var relations: [String]
  /// Tables with rows, including those in the schemas.
  var tables: [TableName]

  /// - Parameter recorded: the relations of the part that the checkpoint has.
  init(_ part: DatabasePart, recorded: Set<TableName>, _ connection: Connection) throws {
    schemas = try connection.query(
      "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1"
    ).compactMap { $0[0] }.filter { name in part.schemas.contains { NamePattern.matches($0, name) } }
    let rows = try connection.query(
      """
      SELECT c.oid, c.relkind, n.nspname, c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      """)
    let ancestors = try DatabaseCatalog.ancestors(connection)
    (relations, tables) = ([], [])
    for row in rows {
      let name = TableName(schema: row[2] ?? "", name: row[3] ?? "")
      let isInSchema = isWhole(name.schema)
      guard
        isInSchema || part.includes(name, ancestors: ancestors[row[0] ?? ""] ?? []) || recorded.contains(name)
      else { continue }
      if !isInSchema, let oid = row[0] { relations.append(oid) }
      if row[1] == "r" { tables.append(name) }
    }
  }

  /// Only some relations.
  init(relations: [String]) { (self.schemas, self.relations, self.tables) = ([], relations, []) }

  private func isWhole(_ schema: String) -> Bool { schemas.contains(where: schema.hasSameBytes) }

  func includes(_ name: TableName, oid: String) -> Bool {
    isWhole(name.schema) || relations.contains(oid)
  }

  /// What the rescue must have, by exact names.
  var part: DatabasePart {
    DatabasePart(
      schemas: schemas.map(NamePattern.exactly),
      tables: tables.filter { !isWhole($0.schema) }.map { NamePattern.exactly($0.display) })
  }

  /// Descriptions of everything that cannot exist without these relations, including foreign keys.
  func needing(_ connection: Connection) throws -> [String] {
    try dependents(connection) + foreignKeyNames(connection)
  }

  /// Descriptions of foreign keys from other relations to these.
  func foreignKeyNames(_ connection: Connection) throws -> [String] {
    try connection.query(Self.foreignKeyNames, [schemas.asArray, relations.asArray]).compactMap { $0[0] }
  }

  /// Descriptions of objects outside the part that would be dropped with it.
  func dependents(_ connection: Connection) throws -> [String] {
    try connection.query(Self.dependents, [schemas.asArray, relations.asArray]).compactMap { $0[0] }
  }

  /// Descriptions of what can neither be dropped with the part nor be put back.
  func obstacles(_ connection: Connection) throws -> [String] {
    try connection.query(Self.obstacles, [schemas.asArray, relations.asArray]).compactMap { $0[0] }
  }

  /// Whether default privileges would be added to the recorded ones.
  func defaultPrivileges(_ connection: Connection) throws -> Bool {
    try !connection.query(
      """
      SELECT FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
      WHERE d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        AND (n.nspname IS NULL OR n.nspname = ANY ($1::text[]) OR EXISTS (
          SELECT FROM pg_class c WHERE c.oid = ANY ($2::oid[]) AND c.relnamespace = n.oid)) LIMIT 1
      """, [schemas.asArray, relations.asArray]
    ).isEmpty
  }

  // MARK: Queries; $1 schemas, $2 relations

  static let members = """
    rels AS (
      SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ANY ($1::text[]) OR c.oid = ANY ($2::oid[])
    )
    """

  private static let dependents = """
    WITH \(members), part AS (
      SELECT 'pg_class'::regclass::oid AS classid, oid AS objid FROM rels
      UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM rels)
      UNION ALL SELECT 'pg_class'::regclass, objid FROM pg_depend WHERE classid = 'pg_class'::regclass
        AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjid IN (SELECT oid FROM rels)
      UNION ALL SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint k
        JOIN pg_namespace n ON n.oid = k.connamespace
        WHERE k.conrelid IN (SELECT oid FROM rels) OR n.nspname = ANY ($1::text[])
      UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_type e ON e.oid = t.typelem
        WHERE n.nspname = ANY ($1::text[]) OR t.typrelid IN (SELECT oid FROM rels) OR e.typrelid IN (SELECT oid FROM rels)
      UNION ALL SELECT o.classid, o.oid FROM (
        SELECT 'pg_proc'::regclass AS classid, oid, pronamespace AS namespace FROM pg_proc
        UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
        UNION ALL SELECT 'pg_opclass'::regclass, oid, opcnamespace FROM pg_opclass
        UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace FROM pg_opfamily
        UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace FROM pg_collation
        UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace FROM pg_conversion
        UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace FROM pg_ts_config
        UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace FROM pg_ts_dict
        UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace FROM pg_statistic_ext
      ) o JOIN pg_namespace n ON n.oid = o.namespace WHERE n.nspname = ANY ($1::text[])
      UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid IN (SELECT oid FROM rels)
    ), own AS (
      SELECT p.* FROM part p WHERE NOT EXISTS (
        SELECT FROM pg_depend e WHERE e.classid = p.classid AND e.objid = p.objid AND e.deptype = 'e')
    )
    SELECT DISTINCT CASE WHEN w.ev_class IS NOT NULL THEN pg_describe_object('pg_class'::regclass, w.ev_class, 0)
      ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
    FROM own p JOIN pg_depend d ON d.refclassid = p.classid AND d.refobjid = p.objid
    LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
    LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
    LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
    LEFT JOIN pg_policy y ON d.classid = 'pg_policy'::regclass AND y.oid = d.objid
    LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    WHERE d.deptype IN ('n', 'a') AND k.contype IS DISTINCT FROM 'f'
      AND d.classid::regclass::text NOT LIKE 'pg_publication%'
      AND (d.classid <> 'pg_trigger'::regclass OR NOT t.tgisinternal)
      AND (d.classid <> 'pg_class'::regclass OR NOT EXISTS (
        SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relnamespace = 'pg_toast'::regnamespace))
      AND coalesce(w.ev_class, a.adrelid, t.tgrelid, y.polrelid, nullif(k.conrelid, 0), 0) NOT IN (SELECT oid FROM rels)
      AND NOT EXISTS (SELECT FROM part q WHERE q.classid = d.classid AND q.objid = d.objid)
    ORDER BY 1 LIMIT 20
    """

  /// Tables that a subscription fills, which would silently stop; and partitions of indexed tables outside the part, which
  /// would get indexes of their own when they are attached, in addition to the recorded ones.
  private static let obstacles = """
    WITH \(members)
    SELECT format('table %s receives a subscription', s.srrelid::regclass) FROM pg_subscription_rel s
    WHERE s.srrelid IN (SELECT oid FROM rels)
    UNION ALL
    SELECT format('table %s is a partition of %s', i.inhrelid::regclass, i.inhparent::regclass) FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND i.inhrelid IN (SELECT oid FROM rels)
      AND i.inhparent NOT IN (SELECT oid FROM rels) AND EXISTS (SELECT FROM pg_index x WHERE x.indrelid = i.inhparent)
    """

  private static let foreignKeyNames = """
    WITH \(members)
    SELECT pg_describe_object('pg_constraint'::regclass, c.oid, 0) FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid NOT IN (SELECT oid FROM rels)
      AND c.confrelid IN (SELECT oid FROM rels) ORDER BY 1 LIMIT 20
    """
}
