// Rows of another day go in without their side effects: foreign keys are taken off and put back when all rows are
// in, which checks each with one query instead of one for each row; triggers and rules are off meanwhile, and row
// security is not forced on the owner. All of it in the transaction that replaces the rows, so nobody sees it.
// This needs no superuser, as `session_replication_role` would, and leaves no row unchecked, as that would.

import Postgres

struct TableQuiet {
  private let connection: Connection
  private var restoring: [String] = []

  /// - Parameter oids: the tables whose rows are replaced, partitions among them.
  init(_ oids: [String], _ connection: Connection) throws {
    self.connection = connection
    for query in [Self.foreignKeys, Self.triggers, Self.rules, Self.rowSecurity] {
      for row in try connection.query(query, [oids.asArray]) {
        guard let off = row[0], let on = row[1] else { continue }
        try connection.execute(off)
        restoring.append(on)
        if let comment = row[2] { restoring.append(comment) }
      }
    }
  }

  /// Puts everything back; a foreign key that the rows violate is an error here.
  func end() throws {
    for statement in restoring { try connection.execute(script: Array(statement.utf8)) }
  }

  /// Of and to the tables. Those of partitions belong to their whole table's.
  private static let foreignKeys = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname),
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)),
      CASE WHEN d.description IS NOT NULL THEN
        format('COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, c.conrelid::regclass, d.description) END
    FROM pg_constraint c
    LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    WHERE c.contype = 'f' AND c.conparentid = 0
      AND (c.conrelid = ANY ($1::oid[]) OR c.confrelid = ANY ($1::oid[]) OR EXISTS (
        SELECT FROM pg_constraint child WHERE child.conparentid = c.oid
          AND (child.conrelid = ANY ($1::oid[]) OR child.confrelid = ANY ($1::oid[]))))
    ORDER BY c.conrelid, c.conname
    """

  private static let triggers = """
    SELECT format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname),
      format('ALTER TABLE ONLY %s %s TRIGGER %I', t.tgrelid::regclass,
        CASE t.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, t.tgname),
      NULL
    FROM pg_trigger t WHERE t.tgrelid = ANY ($1::oid[]) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
    ORDER BY t.tgrelid, t.tgname
    """

  private static let rules = """
    SELECT format('ALTER TABLE %s DISABLE RULE %I', r.ev_class::regclass, r.rulename),
      format('ALTER TABLE %s %s RULE %I', r.ev_class::regclass,
        CASE r.ev_enabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, r.rulename),
      NULL
    FROM pg_rewrite r WHERE r.ev_class = ANY ($1::oid[]) AND r.ev_enabled <> 'D'
    ORDER BY r.ev_class, r.rulename
    """

  private static let rowSecurity = """
    SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', c.oid::regclass),
      format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', c.oid::regclass), NULL
    FROM pg_class c WHERE c.oid = ANY ($1::oid[]) AND c.relforcerowsecurity ORDER BY c.oid
    """
}
