// Objects in the database that belong to roles the user may not act for, and objects of the user that these need. A restore
// in place can neither drop nor make them, so they stay as they are; anything else that would be dropped with them stops a
// rollback in its plan.

import FileSystem
import Postgres

struct OthersObjects {
  struct Object {
    /// The catalog's OID and the object's OID.
    var key: String
    /// The kind as in archives, in capitals.
    var kind: String
    var schema: String?
    var name: String
    /// The identity as the server writes it.
    var identity: String
    /// For people.
    var description: String
  }

  /// Objects that stay.
  let kept: [Object]
  /// Objects that cannot stay: the user's that others' objects need, and large objects of others.
  let needed: [String]
  private let keys: Set<String>
  /// Schemas of the user that stay because of objects in them.
  let schemas: Set<ExactText>

  init(_ connection: Connection) throws {
    let rows = try connection.query(Self.objects)
    func object(_ row: Row) -> Object {
      let kind = (row[1] ?? "").uppercased()
      let owner = row[5].map { " of \($0)" } ?? ""
      return Object(
        key: row[0] ?? "", kind: kind, schema: row[2], name: row[3] ?? "", identity: row[4] ?? "",
        description: "\(row[1] ?? "") \(row[4] ?? "")\(owner)")
    }
    // The data of all large objects is in one entry, or a few, from which those of others cannot be left out.
    let staying = rows.filter { $0[6] == "stays" }.map(object)
    kept = staying.filter { $0.kind != "LARGE OBJECT" }
    needed =
      rows.filter { $0[6] == "needed" }.map { object($0).description }
      + staying.filter { $0.kind == "LARGE OBJECT" }.map(\.description)
    schemas = Set(rows.filter { $0[6] == "holds" }.compactMap { $0[3].map { ExactText($0) } })
    keys = Set(kept.map(\.key))
  }

  var isEmpty: Bool { kept.isEmpty }

  /// Whether objects that stay have rows.
  var holdsRows: Bool { kept.contains { ["TABLE", "MATERIALIZED VIEW", "SEQUENCE"].contains($0.kind) } }

  func contains(_ key: String?) -> Bool { key.map(keys.contains) == true }

  func contains(_ table: TableName) -> Bool {
    kept.contains { object in
      object.kind == "TABLE"
        && object.schema.map { TableName(schema: $0, name: object.name) == table } == true
    }
  }

  /// - Throws: `DatabaseProblem.neededByOthers`.
  func check() throws { if !needed.isEmpty { throw DatabaseProblem.neededByOthers(needed) } }

  /// For the plan and the result.
  var notes: [String] {
    if kept.isEmpty { return [] }
    let shown = kept.prefix(10).map(\.description) + (kept.count > 10 ? ["and \(kept.count - 10) more"] : [])
    return ["these belong to other roles and stay as they are: \(shown.joined(separator: ", "))"]
  }

  /// Objects that clearing would drop, including those of other owners, and the objects that these need.
  private static let objects = """
    WITH o AS (
      SELECT 'pg_class'::regclass AS classid, c.oid, relowner AS owner, relnamespace AS namespace FROM pg_class c
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      UNION ALL SELECT 'pg_proc'::regclass, oid, proowner, pronamespace FROM pg_proc
      UNION ALL SELECT 'pg_type'::regclass, t.oid, typowner, typnamespace FROM pg_type t
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
      UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner, oprnamespace FROM pg_operator
      UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfowner, opfnamespace FROM pg_opfamily
      UNION ALL SELECT 'pg_collation'::regclass, oid, collowner, collnamespace FROM pg_collation
      UNION ALL SELECT 'pg_conversion'::regclass, oid, conowner, connamespace FROM pg_conversion
      UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner, cfgnamespace FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner, dictnamespace FROM pg_ts_dict
      UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner, oid FROM pg_namespace WHERE nspname <> 'public'
      UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner, NULL FROM pg_event_trigger
      UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner, NULL FROM pg_publication
      UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner, NULL FROM pg_foreign_server
      UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner, NULL FROM pg_foreign_data_wrapper
      UNION ALL SELECT 'pg_largeobject'::regclass, oid, lomowner, NULL FROM pg_largeobject_metadata
    ), members AS (SELECT classid, objid FROM pg_depend WHERE deptype IN ('e', 'i') AND objsubid = 0
    ), others AS (
      SELECT o.classid, o.oid, o.owner, o.namespace FROM o LEFT JOIN pg_namespace n ON n.oid = o.namespace
      WHERE (o.oid >= 16384 OR o.classid = 'pg_largeobject'::regclass) AND NOT pg_has_role(o.owner, 'USAGE') AND (n.oid IS NULL OR n.nspname !~ '^pg_')
        AND (o.classid, o.oid) NOT IN (SELECT classid, objid FROM members)
    ), parts AS (
      SELECT classid, oid FROM others UNION SELECT d.classid, d.objid FROM pg_depend d
        JOIN others ON d.refclassid = others.classid AND d.refobjid = others.oid
      WHERE d.deptype IN ('a', 'i') AND d.classid IN ('pg_constraint'::regclass, 'pg_rewrite'::regclass,
        'pg_attrdef'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_publication_rel'::regclass)
    ), needed AS (
      SELECT DISTINCT d.refclassid AS classid, d.refobjid AS oid FROM pg_depend d
        JOIN parts ON d.classid = parts.classid AND d.objid = parts.oid JOIN o ON o.classid = d.refclassid AND o.oid = d.refobjid
      WHERE d.refobjid >= 16384 AND (d.refclassid, d.refobjid) NOT IN (SELECT classid, oid FROM parts)
        AND (d.refclassid, d.refobjid) NOT IN (SELECT classid, objid FROM members)
    ), stays AS (
      SELECT classid, oid, owner FROM others UNION SELECT classid, oid, NULL FROM needed
        WHERE classid IN ('pg_proc'::regclass, 'pg_namespace'::regclass)
    ), holds AS (
      SELECT DISTINCT o.namespace AS oid FROM stays JOIN o USING (classid, oid)
        JOIN pg_namespace n ON n.oid = o.namespace
      WHERE n.nspname <> 'public' AND pg_has_role(n.nspowner, 'USAGE')
    )
    SELECT x.classid::oid || ':' || x.oid, i.type, i.schema, CASE WHEN p.oid IS NULL THEN coalesce(c.relname, i.name, i.identity)
        ELSE p.proname || '(' || array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) t), ', ') || ')' END,
      i.identity, pg_get_userbyid(x.owner), x.what
    FROM (SELECT classid, oid, owner, 'stays' AS what FROM stays
        WHERE classid <> 'pg_namespace'::regclass OR oid NOT IN (SELECT oid FROM holds)
      UNION ALL SELECT 'pg_namespace'::regclass, oid, NULL, 'holds' FROM holds
      UNION ALL SELECT classid, oid, NULL, 'needed' FROM needed
        WHERE classid NOT IN ('pg_proc'::regclass, 'pg_namespace'::regclass)) x
      CROSS JOIN pg_identify_object(x.classid, x.oid, 0) i
      LEFT JOIN pg_proc p ON x.classid = 'pg_proc'::regclass AND p.oid = x.oid
      LEFT JOIN pg_class c ON x.classid = 'pg_class'::regclass AND c.oid = x.oid
    ORDER BY i.type, i.identity
    """
}

extension OthersObjects {
  /// The objects that would be dropped with a part.
  func concerned(by part: LivePart) -> [Object] {
    let relations = Set(part.relations.map { "\(DatabaseCatalog.relationClass):\($0)" })
    return kept.filter { object in
      relations.contains(object.key)
        || object.schema.map { part.schemas.contains(where: $0.hasSameBytes) } == true
    }
  }
}
