// Prevents side effects while recorded rows are loaded: foreign keys, and constraints that are NOT VALID now, are removed
// and put back when all rows are in; triggers and rules are disabled meanwhile, and row security is not forced on the owner.
// All of it happens in the transaction that replaces the rows, so no other session sees it. Unlike
// `session_replication_role`, this needs no superuser and leaves no row unchecked.

import Postgres

struct TableQuiet {
  private let connection: Connection
  private let foreignKeys: ForeignKeyQuiet
  private var restoring: [String] = []

  /// - Parameters:
  ///   - oids: the tables whose rows are replaced, including partitions.
  ///   - rescued: for a rescue, the foreign keys that were valid when it was taken.
  init(_ oids: [String], rescued: Set<ForeignKeyQuiet.Title>?, _ connection: Connection) throws {
    self.connection = connection
    foreignKeys = try ForeignKeyQuiet(oids, rescued: rescued, connection)
    for query in [Self.triggers, Self.rules, Self.rowSecurity] {
      for row in try connection.query(query, [oids.asArray]) {
        guard let off = row[0], let on = row[1] else { continue }
        try connection.execute(off)
        restoring.append(on)
      }
    }
    // A parent's constraint is removed before those of its children, and put back after them.
    for row in try connection.query(Self.checks, [oids.asArray]) {
      guard let off = row[0], let on = row[1] else { continue }
      try connection.execute(off)
      restoring.insert(contentsOf: [on, row[2]].compactMap { $0 }, at: 0)
    }
  }

  /// - Returns: foreign keys that are not valid any more, for people.
  func end(_ wasBroken: (ForeignKeyQuiet.Reference) throws -> Bool) throws -> [String] {
    let remarks = try foreignKeys.end(wasBroken)
    try connection.underStandardPath {
      for statement in restoring { try connection.execute(script: Array(statement.utf8)) }
    }
    return remarks
  }

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

  /// `CHECK` constraints, and since version 18 `NOT NULL`, that the present rows need not satisfy, so that recorded rows
  /// need not either; and checks that call functions of the project, which may read other tables and must wait until those
  /// are full. An inherited constraint belongs to its topmost parent; a child can also have it as its own.
  private static let checks = """
    WITH RECURSIVE meant AS (
      SELECT c.conrelid, c.conname, 0 AS level FROM pg_constraint c
      WHERE c.conrelid = ANY ($1::oid[]) AND c.contype IN ('c', 'n') AND (NOT c.convalidated OR EXISTS (
        SELECT FROM pg_depend f WHERE f.classid = 'pg_constraint'::regclass AND f.objid = c.oid
          AND f.refclassid = 'pg_proc'::regclass AND f.refobjid >= 16384))
      UNION SELECT p.conrelid, p.conname, m.level + 1 FROM meant m
      JOIN pg_inherits i ON i.inhrelid = m.conrelid JOIN pg_constraint p
        ON p.conrelid = i.inhparent AND p.conname = m.conname AND p.contype IN ('c', 'n') AND NOT p.connoinherit
    )
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname),
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)),
      CASE WHEN d.description IS NOT NULL THEN
        format('COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, c.conrelid::regclass, d.description) END
    FROM (SELECT conrelid, conname, max(level) AS level FROM meant GROUP BY 1, 2) m
    JOIN pg_constraint c ON c.conrelid = m.conrelid AND c.conname = m.conname
    LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    WHERE c.conislocal ORDER BY m.level DESC, c.conrelid, c.conname
    """
}
