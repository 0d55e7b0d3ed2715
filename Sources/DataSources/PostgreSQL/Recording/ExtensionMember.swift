// What belongs to extensions, one entry for each object. pg_dump takes it for granted that CREATE EXTENSION makes it all as it
// was; users alter functions of extensions, replace them, and add objects of their own, and none of that is in an archive.

import Checkpoints
import Postgres

struct ExtensionMember: Codable, Hashable, Sendable {
  var `extension`: String
  /// As `pg_identify_object` names it: “function”, “table”, “operator class” …
  var kind: String
  var identity: String
  /// A script that makes it, if one can be read from the catalogs; else what there is to compare.
  var definition: String?
  /// Whether `definition` is such a script.
  var isScript: Bool

  var display: String { "\(kind) \(identity) of the extension \(`extension`)" }

  static func all(_ connection: Connection) throws -> [ExtensionMember] {
    let statements = TableStatements.sql(for: "d.objid", connection.serverMajorVersion)
    return try connection.query(query.replacing(":table", with: statements)).map { row in
      ExtensionMember(
        extension: row[0] ?? "", kind: row[1] ?? "", identity: row[2] ?? "", definition: row[3],
        isScript: row[4] == "t")
    }
  }

  private static let query = """
    SELECT e.extname, i.type, i.identity, s.script, s.is_script
    FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
    CROSS JOIN LATERAL (
      SELECT CASE WHEN p.prokind = 'a' THEN (
          SELECT concat_ws(' ', aggtransfn, aggfinalfn, aggcombinefn, aggtranstype::regtype, agginitval, proparallel)
          FROM pg_aggregate WHERE aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END, p.prokind <> 'a'
      FROM pg_proc p WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid
      UNION ALL
      SELECT CASE c.relkind WHEN 'r' THEN :table
          WHEN 'v' THEN format('CREATE OR REPLACE VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid))
          WHEN 'S' THEN (SELECT format('CREATE SEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s %s',
            c.oid::regclass, q.seqtypid::regtype, seqincrement, seqmin, seqmax, seqstart, seqcache,
            CASE WHEN seqcycle THEN 'CYCLE' ELSE '' END) FROM pg_sequence q WHERE seqrelid = c.oid) END,
        c.relkind IN ('r', 'v', 'S')
      FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid
      UNION ALL
      SELECT CASE t.typtype WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', t.oid::regtype, (
          SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)) END,
        t.typtype = 'e'
      FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
      UNION ALL
      SELECT NULL, false WHERE d.classid NOT IN ('pg_proc'::regclass, 'pg_class'::regclass, 'pg_type'::regclass)
    ) s (script, is_script)
    WHERE d.deptype = 'e' ORDER BY 1, 2, 3
    """
}
