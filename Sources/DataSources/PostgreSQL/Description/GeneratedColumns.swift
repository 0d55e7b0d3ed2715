// Values of stored generated columns. COPY does not write them, so the server recomputes them when rows are restored: with
// what a function of the project reads at that time, and as it is defined now. A digest of columns that call a function
// shows whether the values are the same.

import Postgres

enum GeneratedColumns {
  /// - Parameter tables: OIDs and names.
  /// - Returns: by OID, a digest for each table with generated columns that call functions of the project.
  static func digests(
    _ tables: [(oid: String, name: TableName)], _ connection: Connection
  ) throws -> [String: String] {
    let columns = try connection.query(
      """
      SELECT attrelid, string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute a
      JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE attgenerated = 's' AND NOT attisdropped AND attrelid = ANY ($1::oid[]) AND EXISTS (
        SELECT FROM pg_depend p WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
          AND p.refclassid = 'pg_proc'::regclass AND p.refobjid >= 16384) GROUP BY attrelid
      """, [tables.map(\.oid).asArray])
    let names = Dictionary(tables.map { ($0.oid, $0.name) }) { first, _ in first }
    return try columns.reduce(into: [:]) { found, row in
      guard let oid = row[0], let list = row[1], let name = names[oid] else { return }
      do {
        try connection.attempt(isInTransaction: connection.isInTransaction) {
          // A sum does not depend on the order of rows, and takes no memory for them.
          found[oid] = try connection.query(
            "SELECT coalesce(sum(hashtextextended(ROW(\(list))::text, 0)), 0) FROM ONLY \(name.quoted)"
          ).first?[0]
        }
      } catch let error as DatabaseError where error.isAboutStatement {
        // To plan the query the server may call a function that does not find its names here. Then there is no digest.
        return
      }
    }
  }
}
