// Empties a database from the inside, as a step of a transaction that fills it again.

import Postgres

enum DatabaseClearing {
  /// Everything that does not belong to the system or to an extension. Extensions stay: who may not create
  /// databases may seldom create them either, and the archive makes those that are missing.
  static func dropEverything(_ connection: Connection) throws {
    let schemas = try connection.query(
      """
      SELECT quote_ident(n.nspname) FROM pg_namespace n
      WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public') AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
          AND d.classid = 'pg_extension'::regclass)
      """
    ).compactMap { $0[0] }
    for schema in schemas { try connection.execute("DROP SCHEMA \(schema) CASCADE") }
    try connection.execute("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")
    for statement in try connection.query(besideSchemas).compactMap({ $0[0] }) {
      try connection.execute(statement)
    }
    // What is left stands in public or in an extension's schema.
    try dropObjects(connection, in: nil)
  }

  /// Drops what stands in schemas, and leaves the schemas and what belongs to extensions.
  /// - Parameters:
  ///   - schemas: their names; nil for all but the system's.
  ///   - relations: these alone, by their numbers, instead of everything there.
  static func dropObjects(
    _ connection: Connection, in schemas: [String]?, relations: [String]? = nil
  ) throws {
    // Dropping one object may drop others, and some can only go after others, so the list is asked for again until it
    // is empty.
    var left = Int.max
    while true {
      let objects = try connection.query(Self.objects, [schemas?.asArray, relations?.asArray])
      if objects.isEmpty { return }
      guard objects.count < left else {
        throw DatabaseProblem.notDropped(objects.compactMap { $0[1] })
      }
      left = objects.count
      for start in stride(from: 0, to: objects.count, by: 200) {
        let statements = objects[start..<min(start + 200, objects.count)].map { row in
          "DROP \(row[0] ?? "") IF EXISTS \(row[1] ?? "") CASCADE;\n"
        }
        try connection.execute(script: Array(statements.joined().utf8))
      }
    }
  }

  private static let objects = """
    SELECT i.type, i.identity FROM (
      SELECT 'pg_class'::regclass AS classid, oid, relnamespace AS namespace, 1 AS rank FROM pg_class
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f') OR (relkind = 'S' AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid
            AND d.deptype IN ('a', 'i')))
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, 2 FROM pg_proc
      UNION ALL SELECT 'pg_type'::regclass, t.oid, typnamespace, 3 FROM pg_type t
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typcategory <> 'A' AND (t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
      UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace, 4 FROM pg_operator
      UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace, 5 FROM pg_opfamily
      UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace, 6 FROM pg_collation
      UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace, 6 FROM pg_conversion
      UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, 7 FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, 8 FROM pg_ts_dict
    ) o JOIN pg_namespace n ON n.oid = o.namespace, pg_identify_object(o.classid, o.oid, 0) i
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
      AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))
      AND ($2::oid[] IS NULL OR (o.classid = 'pg_class'::regclass AND o.oid = ANY ($2::oid[])))
    ORDER BY o.rank, o.oid DESC
    """

  /// What stands in no schema, and privileges that a restore would only add to.
  private static let besideSchemas = """
    SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
    UNION ALL SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger e WHERE NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')
    UNION ALL SELECT format('DROP SERVER %I CASCADE', srvname) FROM pg_foreign_server
    UNION ALL SELECT format('DROP CAST (%s AS %s)', castsource::regtype, casttarget::regtype) FROM pg_cast c
      WHERE c.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
    UNION ALL SELECT format('REVOKE ALL ON SCHEMA %I FROM %I', n.nspname, pg_get_userbyid(a.grantee))
      FROM pg_namespace n, aclexplode(n.nspacl) a
      WHERE n.nspname = 'public' AND a.grantee <> 0 AND a.grantee <> n.nspowner
    UNION ALL SELECT DISTINCT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s REVOKE ALL ON %s FROM %s',
        pg_get_userbyid(d.defaclrole), coalesce('IN SCHEMA ' || quote_ident(n.nspname), ''),
        CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
          WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
        CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
      FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
      WHERE a.grantee <> d.defaclrole AND (n.nspname IS NULL OR n.nspname = 'public')
    """
}
