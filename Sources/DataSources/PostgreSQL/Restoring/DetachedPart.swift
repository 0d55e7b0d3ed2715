// Takes a part out of the live database: what binds it to the rest is removed and put back afterwards.

import Postgres

extension LivePart {
  /// Foreign keys of other tables to the part, and its places in publications, with the statements that remove them and put
  /// them back.
  func attachments(_ connection: Connection) throws -> [Attachment] {
    var found: [Attachment] = []
    for row in try connection.query(Self.foreignKeys, [schemas.asArray, relations.asArray]) {
      if let off = row[0], let on = row[1] { found.append(Attachment(off: off, on: on, comment: row[2])) }
    }
    let rows = try connection.query(
      connection.serverMajorVersion >= 15 ? Self.publications : Self.publicationsBefore15,
      [schemas.asArray, relations.asArray])
    return found + rows.compactMap { row in row[0].map { Attachment(off: nil, on: $0) } }
  }

  func drop(_ connection: Connection) throws {
    if !relations.isEmpty { try DatabaseClearing.dropObjects(connection, in: nil, relations: relations) }
    if !schemas.isEmpty { try DatabaseClearing.dropObjects(connection, in: schemas) }
  }

  /// Drops schemas that are empty now, so that they are restored with their recorded owner and privileges.
  /// - Returns: the schemas that stay, because of extensions in them or because they are the server's own.
  func dropEmptySchemas(_ connection: Connection) throws -> Set<String> {
    var kept: Set<String> = []
    for schema in schemas {
      if schema == "public" {
        kept.insert(schema)
        continue
      }
      try connection.execute("SAVEPOINT schema")
      do { try connection.execute("DROP SCHEMA \(schema.asIdentifier)") } catch {
        try connection.execute("ROLLBACK TO SAVEPOINT schema")
        kept.insert(schema)
      }
      try connection.execute("RELEASE SAVEPOINT schema")
    }
    return kept
  }

  // MARK: Queries; $1 schemas, $2 relations

  private static let foreignKeys = """
    WITH \(members)
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname),
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)),
      format('COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, c.conrelid::regclass, nullif(obj_description(c.oid, 'pg_constraint'), ''))
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid NOT IN (SELECT oid FROM rels)
      AND (c.confrelid IN (SELECT oid FROM rels) OR EXISTS (SELECT FROM pg_constraint child
        WHERE child.conparentid = c.oid AND child.confrelid IN (SELECT oid FROM rels)))
    ORDER BY c.conrelid, c.conname
    """

  private static let publicationsBefore15 = """
    WITH \(members)
    SELECT format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, r.prrelid::regclass)
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid IN (SELECT oid FROM rels)
    ORDER BY 1
    """

  private static let publications = """
    WITH \(members)
    SELECT format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, r.prrelid::regclass)
      || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])) || ')', '')
      || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid IN (SELECT oid FROM rels)
    UNION ALL
    SELECT format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname)
    FROM pg_publication_namespace s JOIN pg_publication p ON p.oid = s.pnpubid JOIN pg_namespace n ON n.oid = s.pnnspid
    WHERE n.nspname = ANY ($1::text[])
    """
}
