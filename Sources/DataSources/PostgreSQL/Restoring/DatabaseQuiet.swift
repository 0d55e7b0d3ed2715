// Disables what would react to our own statements, or refuse recorded rows, and belongs to no single table: event triggers,
// and constraints of domains that the present rows need not satisfy either. All of it happens in the transaction that
// replaces the rows, so other sessions never see it.
//
// Event triggers of extensions stay enabled, because extensions keep their own records with them. Those of other owners
// cannot be disabled; they are reported, and so is what they write into the replaced tables.

import Postgres

struct DatabaseQuiet {
  private let connection: Connection
  /// The statements that restore everything; event triggers last, because the other statements would fire them.
  private var restoring: [String] = []
  /// Event triggers that fire nevertheless, and their owners.
  let others: [String]

  /// - Parameter oids: the tables whose rows are replaced.
  init(_ oids: [String], _ connection: Connection) throws {
    self.connection = connection
    others = try Self.others(connection)
    let switched = try connection.query(Self.eventTriggers) + connection.query(Self.domains, [oids.asArray])
    for row in switched {
      guard let off = row[0], let on = row[1] else { continue }
      try connection.execute(script: Array(off.utf8))
      restoring.insert(contentsOf: [on, row[2]].compactMap { $0 }, at: 0)
    }
  }

  func end() throws {
    for statement in restoring { try connection.execute(script: Array(statement.utf8)) }
  }

  /// Enabled event triggers that fire for our statements and that this user may not disable.
  static func others(_ connection: Connection) throws -> [String] {
    try connection.query(
      """
      SELECT format('%s (owned by %s)', e.evtname, pg_get_userbyid(e.evtowner)) FROM pg_event_trigger e
      WHERE \(isOfProject) AND NOT pg_has_role(e.evtowner, 'USAGE') AND (e.evttags IS NULL OR e.evttags && ARRAY[
        'ALTER TABLE', 'CREATE TABLE', 'DROP TABLE', 'ALTER DOMAIN', 'COMMENT', 'REFRESH MATERIALIZED VIEW'])
      ORDER BY 1
      """
    ).compactMap { $0[0] }
  }

  private static let isOfProject = """
    e.evtenabled <> 'D' AND e.evtevent <> 'login' AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')
    """

  private static let eventTriggers = """
    SELECT format('ALTER EVENT TRIGGER %I DISABLE', e.evtname), format('ALTER EVENT TRIGGER %I %s', e.evtname,
      CASE e.evtenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END), NULL
    FROM pg_event_trigger e WHERE \(isOfProject) AND pg_has_role(e.evtowner, 'USAGE') ORDER BY e.evtname
    """

  /// The recursive common table expression `types`: every type of which a value in some tables can be, including those
  /// inside arrays, composite types and ranges.
  /// - Parameter tables: a condition on `a.attrelid`.
  static func types(in tables: String) -> String {
    """
    types AS (
      SELECT a.atttypid AS oid FROM pg_attribute a
      WHERE a.attrelid \(tables) AND a.attnum > 0 AND NOT a.attisdropped
      UNION SELECT part.oid FROM types t JOIN pg_type y ON y.oid = t.oid CROSS JOIN LATERAL (
        SELECT y.typbasetype AS oid UNION ALL SELECT y.typelem
        UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = y.oid
        UNION ALL SELECT a.atttypid FROM pg_attribute a
          WHERE y.typtype = 'c' AND a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      ) part WHERE part.oid <> 0
    )
    """
  }

  private static let domains = """
    WITH RECURSIVE \(types(in: "= ANY ($1::oid[])"))
    SELECT format('ALTER DOMAIN %s DROP CONSTRAINT %I', c.contypid::regtype, c.conname),
      format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', c.contypid::regtype, c.conname, pg_get_constraintdef(c.oid)),
      CASE WHEN d.description IS NOT NULL THEN
        format('COMMENT ON CONSTRAINT %I ON DOMAIN %s IS %L', c.conname, c.contypid::regtype, d.description) END
    FROM pg_constraint c
    LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    WHERE c.contypid IN (SELECT oid FROM types) AND c.contype = 'c' AND NOT c.convalidated
    ORDER BY c.contypid, c.conname
    """
}
