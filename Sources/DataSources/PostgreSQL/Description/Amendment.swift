// Something that no archive contains and one statement sets after the definitions exist: a child that may be NULL though its
// parent may not, privileges of information_schema, dictionaries in the server's own text search configurations.

import Postgres

struct Amendment: Codable, Sendable, Hashable {
  /// For people.
  var what: String
  var statement: String
  /// Whether it must wait until everything else exists.
  var isLate: Bool?

  static func all(_ connection: Connection) throws -> [Amendment] {
    try connection.query(query).map {
      Amendment(what: $0[0] ?? "", statement: $0[1] ?? "", isLate: $0[2] == "t" ? true : nil)
    }
  }

  private static let query = """
    SELECT format('column %s.%I', c.attrelid::regclass, c.attname),
      format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP NOT NULL', c.attrelid::regclass, c.attname), false
    FROM pg_inherits i JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attnotnull AND p.attnum > 0
      JOIN pg_attribute c ON c.attrelid = i.inhrelid AND c.attname = p.attname AND NOT c.attnotnull AND NOT c.attisdropped
    WHERE NOT p.attisdropped AND c.attrelid >= 16384
    UNION ALL
    SELECT format('privileges of %s', c.oid::regclass), format('REVOKE ALL ON %s FROM PUBLIC', c.oid::regclass) || coalesce((
      SELECT string_agg(format('; GRANT %s ON %s TO %s%s', a.privilege_type, c.oid::regclass,
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '')
      FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner), ''), false
    FROM pg_class c JOIN pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = 0
    WHERE c.relnamespace = 'information_schema'::regnamespace AND \(setOf("c.relacl")) IS DISTINCT FROM \(setOf("i.initprivs"))
    UNION ALL
    SELECT format('text search mapping of %s for %s', m.mapcfg::regconfig, t.alias),
      format('ALTER TEXT SEARCH CONFIGURATION %s ALTER MAPPING FOR %I WITH %s', m.mapcfg::regconfig, t.alias,
        string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)), false
    FROM pg_ts_config_map m JOIN pg_ts_config f ON f.oid = m.mapcfg CROSS JOIN LATERAL ts_token_type(f.cfgparser) t
    WHERE f.oid < 16384 AND t.tokid = m.maptokentype GROUP BY m.mapcfg, t.alias HAVING bool_or(m.mapdict >= 16384)
    UNION ALL
    SELECT format('constraint %s.%I', k.conrelid::regclass, k.conname),
      format('ALTER TABLE ONLY %s VALIDATE CONSTRAINT %I', k.conrelid::regclass, k.conname), true
    FROM pg_constraint k JOIN pg_inherits i ON i.inhrelid = k.conrelid JOIN pg_constraint p ON p.conrelid = i.inhparent
      AND p.conname = k.conname AND p.contype = k.contype WHERE k.contype = 'c' AND k.convalidated AND NOT p.convalidated
    ORDER BY 1
    """

  private static func setOf(_ acl: String) -> String {
    "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(\(acl)) a)"
  }

  /// The query for the picture of the catalogs, which already has columns.
  static let pictured = """
    SELECT 'privileges', 'of ' || c.oid::regclass, \(setOf("c.relacl"))::text, 'pg_class'::regclass, c.oid
    FROM pg_class c JOIN pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = 0
    WHERE c.relnamespace = 'information_schema'::regnamespace AND \(setOf("c.relacl")) IS DISTINCT FROM \(setOf("i.initprivs"))
    UNION ALL
    SELECT 'text search mapping', format('of %s for %s', m.mapcfg::regconfig, t.alias), string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno),
      'pg_ts_config'::regclass, m.mapcfg
    FROM pg_ts_config_map m JOIN pg_ts_config f ON f.oid = m.mapcfg CROSS JOIN LATERAL ts_token_type(f.cfgparser) t
    WHERE f.oid < 16384 AND t.tokid = m.maptokentype GROUP BY m.mapcfg, t.alias HAVING bool_or(m.mapdict >= 16384)
    """
}
