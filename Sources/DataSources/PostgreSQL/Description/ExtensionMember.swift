// An object of an extension. pg_dump assumes that CREATE EXTENSION makes all of them as they were; but users alter and
// replace functions of extensions, and add columns and objects of their own, none of which is in an archive.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

struct ExtensionMember: Codable, Hashable, Sendable {
  var `extension`: String
  /// The kind as `pg_identify_object` gives it: “function”, “table”, “operator class” …
  var kind: String
  var identity: String
  /// The statements that make it, first the object itself and then what was added to it; empty if the catalogs do not allow
  /// writing them.
  var statements: [String]
  /// Comments, options and constraints of domains that users added, and the statements that remove them. nil in checkpoints
  /// that did not record them.
  var additions: [Addition]?
  /// A text to compare if there are no statements.
  var facts: String?
  /// Its owner, which is not compared: it is the role that creates the extension.
  var owner: String?

  var display: String { "\(kind) \(identity) of the extension \(`extension`)" }

  struct Addition: Codable, Hashable, Sendable {
    var on: String
    var off: String

    static func == (one: Addition, other: Addition) -> Bool {
      ExactText(one.on) == ExactText(other.on) && ExactText(one.off) == ExactText(other.off)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(ExactText(on))
      hasher.combine(ExactText(off))
    }
  }

  struct Key: Hashable {
    @ExactText var `extension`: String
    var kind: String
    @ExactText var identity: String
  }

  var key: Key { Key(extension: `extension`, kind: kind, identity: identity) }

  func isSame(as other: ExtensionMember) -> Bool {
    facts.map { ExactText($0) } == other.facts.map { ExactText($0) }
      && statements.map { ExactText($0) } == other.statements.map { ExactText($0) }
      && (additions == nil || other.additions == nil || additions == other.additions)
  }

  static func all(_ connection: Connection) throws -> [ExtensionMember] {
    let table = TableStatements.all("d.objid", connection.serverMajorVersion)
    return try connection.query(query.substituting(":table", with: table)).map { row in
      let statements = try row[3].map { try JSON.decode([String].self, from: Array($0.utf8)) }
      return ExtensionMember(
        extension: row[0] ?? "", kind: row[1] ?? "", identity: row[2] ?? "", statements: statements ?? [],
        additions: try row[6].map {
          try JSON.decode([[String]].self, from: Array($0.utf8)).map {
            Addition(on: $0[0], off: $0[1])
          }
        },
        facts: row[4], owner: row[5])
    }
  }

  private static let query = """
    SELECT e.extname, i.type, i.identity, to_json(s.statements)::text, s.facts, s.owner, (
      SELECT coalesce(json_agg(json_build_array(a.on, a.off) ORDER BY a.on), '[]')::text FROM (
        SELECT format('COMMENT ON %s %s IS %L', replace(upper(i.type), '-', ' '), i.identity, description),
          format('COMMENT ON %s %s IS NULL', replace(upper(i.type), '-', ' '), i.identity)
        FROM pg_description c WHERE c.classoid = d.classid AND c.objoid = d.objid AND c.objsubid = 0
        UNION ALL
        SELECT format('ALTER VIEW %s SET (%s)', i.identity, o), format('ALTER VIEW %s RESET (%s)', i.identity, split_part(o, '=', 1))
        FROM pg_class v, unnest(v.reloptions) o WHERE d.classid = 'pg_class'::regclass AND v.oid = d.objid AND v.relkind = 'v'
        UNION ALL
        SELECT format('ALTER TEXT SEARCH DICTIONARY %s (%s)', i.identity, dictinitoption), ''
        FROM pg_ts_dict t WHERE d.classid = 'pg_ts_dict'::regclass AND t.oid = d.objid AND dictinitoption IS NOT NULL
        UNION ALL
        SELECT format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', i.identity, conname, pg_get_constraintdef(k.oid)),
          format('ALTER DOMAIN %s DROP CONSTRAINT %I', i.identity, conname)
        FROM pg_constraint k WHERE d.classid = 'pg_type'::regclass AND k.contypid = d.objid AND k.contype = 'c'
      ) a ("on", off))
    FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
    LEFT JOIN LATERAL (
      SELECT CASE WHEN p.prokind <> 'a' THEN ARRAY[pg_get_functiondef(p.oid)] END, CASE WHEN p.prokind = 'a' THEN (
          SELECT concat_ws(' ', aggtransfn, aggfinalfn, aggcombinefn, aggtranstype::regtype, agginitval, proparallel)
          FROM pg_aggregate WHERE aggfnoid = p.oid) END, pg_get_userbyid(proowner)
      FROM pg_proc p WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid
      UNION ALL
      SELECT CASE c.relkind WHEN 'r' THEN :table
          WHEN 'v' THEN ARRAY[format('CREATE OR REPLACE VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid))]
          WHEN 'S' THEN ARRAY[(SELECT format('CREATE SEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s %s',
            c.oid::regclass, q.seqtypid::regtype, seqincrement, seqmin, seqmax, seqstart, seqcache,
            CASE WHEN seqcycle THEN 'CYCLE' ELSE '' END) FROM pg_sequence q WHERE seqrelid = c.oid)] END, NULL,
        pg_get_userbyid(relowner)
      FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid
      UNION ALL
      SELECT CASE t.typtype WHEN 'e' THEN ARRAY[format('CREATE TYPE %s AS ENUM (%s)', t.oid::regtype, (
          SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))]
        WHEN 'c' THEN ARRAY[format('CREATE TYPE %s AS (%s)', t.oid::regtype, (
          SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) FROM pg_attribute
          WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped))] END, NULL,
        pg_get_userbyid(typowner)
      FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
    ) s (statements, facts, owner) ON true
    WHERE d.deptype = 'e' ORDER BY 1, 2, 3
    """
}

extension ExtensionMember {
  /// nil for a checkpoint of a version that recorded none.
  static func recorded(_ document: DatabaseDocument, _ store: Store) throws -> [ExtensionMember]? {
    guard let stream = document.stream(DatabaseDocument.membersName) else { return nil }
    let reader = ChunkReader(store)
    var bytes: [UInt8] = []
    for chunk in try StreamLists(document.list, reader).list(of: stream).chunks {
      try reader.withPiece(chunk) { bytes += $0 }
    }
    return try JSON.decode([ExtensionMember].self, from: bytes)
  }
}
