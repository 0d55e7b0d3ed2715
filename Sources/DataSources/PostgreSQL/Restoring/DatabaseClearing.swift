// Empties the live database, as a step of a transaction that fills it again.

import FileSystem
import Postgres

enum DatabaseClearing {
  /// Drops everything that does not belong to the system or to an extension that stays. Extensions stay if possible, because
  /// a user who may not create databases may seldom create extensions; the archive makes the missing ones.
  /// - Parameter others: objects of other roles, which stay.
  /// - Returns: the schemas that stay for an extension or for objects of others, quoted if needed.
  static func dropEverything(
    _ connection: Connection, for document: DatabaseDocument, keeping others: OthersObjects
  ) throws -> Set<[UInt8]> {
    // First event triggers, which would react to everything else.
    for row in try connection.query(eventTriggers) where !others.contains(row[1]) {
      if let statement = row[0] { try connection.execute(statement) }
    }
    let kept = try dropSchemas(connection, keeping: others)
    try connection.execute(
      "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE pg_has_role(lomowner, 'USAGE')")
    for row in try connection.query(besideSchemas) where !others.contains(row[1]) {
      if let statement = row[0] { try connection.execute(statement) }
    }
    // The rest is in public, in an extension's schema, or next to objects of others.
    try dropObjects(connection, in: nil, keeping: others)
    // For an extension's own tables, the archive has the rows that users added.
    let recorded = Set((document.supplements ?? []).map(\.tableName))
    for row in try connection.query(rowsOfUsers) {
      guard let statement = row[0], let schema = row[1], let name = row[2] else { continue }
      // All rows of these tables were recorded, and are compared before they are replaced.
      if recorded.contains(TableName(schema: schema, name: name)) { continue }
      try connection.execute(statement)
    }
    // The archive assumes that this schema exists.
    if document.lacksPublicSchema == true {
      try connection.execute("DROP SCHEMA IF EXISTS \"public\"")
    } else if try !DatabaseCatalog.hasPublicSchema(connection) {
      try connection.execute("CREATE SCHEMA \"public\"")
    }
    try resetRights(connection)
    return kept
  }

  /// - Returns: the schemas that stay, quoted if needed.
  static func dropSchemas(_ connection: Connection, keeping others: OthersObjects) throws -> Set<[UInt8]> {
    var kept: Set<[UInt8]> = []
    for row in try connection.query(schemas) {
      guard let schema = row[0] else { continue }
      if row[1] == "t" || others.contains(row[2])
        || row[3].map({ others.schemas.contains(ExactText($0)) }) == true
      {
        kept.insert(Array(schema.utf8))
      } else {
        try connection.execute("DROP SCHEMA \(schema) CASCADE")
      }
    }
    return kept
  }

  /// Drops the objects in schemas, and keeps the schemas and objects of extensions.
  /// - Parameters:
  ///   - schemas: their names; nil for all but the system's.
  ///   - relations: the OIDs of the only relations to drop; nil for everything there.
  ///   - others: objects of other roles, which stay.
  static func dropObjects(
    _ connection: Connection, in schemas: [String]?, relations: [String]? = nil,
    keeping others: OthersObjects? = nil
  ) throws {
    // Dropping one object may drop others, and some can be dropped only after others, so the list is queried again until it
    // is empty.
    var left = Int.max
    while true {
      let objects = try connection.query(Self.objects, [schemas?.asArray, relations?.asArray]).filter {
        others?.contains($0[2]) != true
      }
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

  private static let rowsOfUsers = """
    SELECT format('DELETE FROM ONLY %s %s', c.oid::regclass, t.condition), n.nspname, c.relname
    FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS t (oid, condition), pg_class c, pg_namespace n
    WHERE c.oid = t.oid AND n.oid = c.relnamespace AND c.relkind = 'r'
    """

  private static let schemas = """
    SELECT quote_ident(n.nspname), EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid),
      'pg_namespace'::regclass::oid || ':' || n.oid, n.nspname FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public') AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
    """

  private static let objects = """
    SELECT CASE o.classid WHEN 'pg_proc'::regclass THEN 'ROUTINE' ELSE i.type END, i.identity,
      o.classid::oid || ':' || o.oid FROM (
      SELECT 'pg_class'::regclass AS classid, oid, relnamespace AS namespace, 1 AS rank FROM pg_class
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f') OR (relkind = 'S' AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid
            AND d.deptype IN ('a', 'i')))
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, 2 FROM pg_proc
      UNION ALL SELECT 'pg_type'::regclass, t.oid, typnamespace, 3 FROM pg_type t
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
      UNION ALL SELECT 'pg_operator'::regclass, oid, oprnamespace, 4 FROM pg_operator
      UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfnamespace, 5 FROM pg_opfamily
      UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace, 6 FROM pg_collation
      UNION ALL SELECT 'pg_conversion'::regclass, oid, connamespace, 6 FROM pg_conversion
      UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, 7 FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictnamespace, 8 FROM pg_ts_dict
      UNION ALL SELECT 'pg_ts_parser'::regclass, oid, prsnamespace, 9 FROM pg_ts_parser
      UNION ALL SELECT 'pg_ts_template'::regclass, oid, tmplnamespace, 9 FROM pg_ts_template
    ) o JOIN pg_namespace n ON n.oid = o.namespace, pg_identify_object(o.classid, o.oid, 0) i
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
      AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))
      AND ($2::oid[] IS NULL OR (o.classid = 'pg_class'::regclass AND o.oid = ANY ($2::oid[])))
    ORDER BY o.rank, o.oid DESC
    """

  private static let eventTriggers = """
    SELECT format('DROP EVENT TRIGGER %I', evtname), 'pg_event_trigger'::regclass::oid || ':' || oid
    FROM pg_event_trigger e WHERE \(isNoMember("pg_event_trigger"))
    """

  /// A condition on a row `e` of that catalog: its object belongs to no extension.
  private static func isNoMember(_ catalog: String) -> String {
    """
    NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '\(catalog)'::regclass AND d.objid = e.oid AND d.deptype = 'e')
    """
  }

  /// Objects without a schema. Everything else that needs an access method or a language is gone by then.
  private static let besideSchemas = """
    SELECT format('DROP PUBLICATION %I', pubname), 'pg_publication'::regclass::oid || ':' || oid FROM pg_publication
    UNION ALL SELECT format('DROP SERVER %I CASCADE', srvname), 'pg_foreign_server'::regclass::oid || ':' || oid
      FROM pg_foreign_server
    UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname), 'pg_foreign_data_wrapper'::regclass::oid || ':' || oid
      FROM pg_foreign_data_wrapper e WHERE \(isNoMember("pg_foreign_data_wrapper"))
    UNION ALL SELECT format('DROP TRANSFORM FOR %s LANGUAGE %I', trftype::regtype, lanname), NULL FROM pg_transform e
      JOIN pg_language l ON l.oid = trflang WHERE \(isNoMember("pg_transform"))
    UNION ALL SELECT format('DROP CAST (%s AS %s)', castsource::regtype, casttarget::regtype), NULL FROM pg_cast c
      WHERE c.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
    """

  /// Resets the privileges of the schemas that stay, and the user's default privileges, to the state after `CREATE`: the
  /// archive only has what differs from it.
  private static func resetRights(_ connection: Connection) throws {
    let usual = connection.serverMajorVersion >= 15 ? "USAGE" : "ALL"
    for statement in try connection.query(schemaRights, [usual]).compactMap({ $0[0] }) {
      try connection.execute(statement)
    }
    for statement in try connection.query(defaultPrivileges).compactMap({ $0[0] }) {
      try connection.execute(statement)
    }
  }

  private static let schemaRights = """
    WITH s AS (SELECT n.*, quote_ident(nspname) AS name, pg_get_userbyid(nspowner) AS owner FROM pg_namespace n
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND pg_has_role(nspowner, 'USAGE'))
    SELECT statement FROM (
      SELECT 1 AS step, format('REVOKE ALL ON SCHEMA %s FROM %s CASCADE', name,
        CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) AS statement
        FROM s, aclexplode(nspacl) a WHERE a.grantee <> nspowner
      UNION SELECT 2, format('GRANT ALL ON SCHEMA %s TO %I', name, owner) FROM s WHERE nspacl IS NOT NULL
      UNION SELECT 2, format('GRANT %s ON SCHEMA %s TO PUBLIC', $1::text, name) FROM s WHERE nspname = 'public'
      UNION SELECT 3, format('COMMENT ON SCHEMA %s IS %L', name,
        CASE nspname WHEN 'public' THEN format('standard %s schema', nspname) END) FROM s
    ) o ORDER BY step
    """

  private static let defaultPrivileges = """
    WITH d AS (SELECT a.*, format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s', pg_get_userbyid(defaclrole),
        'IN SCHEMA ' || quote_ident(n.nspname)) AS start,
        CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
          WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS kind
      FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace WHERE pg_has_role(defaclrole, 'USAGE'))
    SELECT statement FROM (
      SELECT 1 AS step, format('%s REVOKE ALL ON %s FROM %s', start, kind,
        CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) AS statement
        FROM d, aclexplode(defaclacl) a WHERE a.grantee <> defaclrole OR defaclnamespace <> 0
      UNION SELECT 2, format('%s GRANT ALL ON %s TO %I', start, kind, pg_get_userbyid(defaclrole))
        FROM d WHERE defaclnamespace = 0
      UNION SELECT 3, format('%s GRANT ALL ON %s TO PUBLIC', start, kind)
        FROM d WHERE defaclnamespace = 0 AND defaclobjtype IN ('f', 'T')
    ) o ORDER BY step
    """
}
