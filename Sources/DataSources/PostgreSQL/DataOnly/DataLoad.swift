// Loads recorded rows into the present tables, table by table, in one open transaction. If columns have another type now,
// rows go through temporary tables, where the server converts them before anything is replaced.

import ChunkStore
import Postgres

final class DataLoad {
  private let document: DatabaseDocument
  let plan: DataPlan
  let connection: Connection
  private let context: DatabaseContext
  private let lists: [RowLoad.Table]
  private var done = 0
  private let total: Int

  init(
    _ document: DatabaseDocument, _ plan: DataPlan, _ connection: Connection, _ context: DatabaseContext
  ) throws {
    (self.document, self.plan, self.connection, self.context) = (document, plan, connection, context)
    let lists = try RowLoad.tables(of: document, in: context.store)
    self.lists = lists
    total = plan.tables.reduce(0) { $0 + lists[$1.index].list.byteCount }
  }

  // MARK: Conversion

  private static func staging(_ table: DataPlan.Table) -> String { "pg_temp.checkpoint_rows_\(table.index)" }
  private static func converted(_ table: DataPlan.Table) -> String {
    "pg_temp.checkpoint_converted_\(table.index)"
  }

  /// Converts the rows of every table with columns of another type. Only temporary tables are written.
  /// - Returns: the columns with values that were changed: rounded, truncated, written differently.
  /// - Throws: `DatabaseProblem.inconvertible` with the column and the server's message.
  func convert() throws -> [String] {
    try connection.underStandardPath { try plan.tables.filter(\.isConverted).flatMap { try convert($0) } }
  }

  private func convert(_ table: DataPlan.Table) throws -> [String] {
    let casts = try table.columns.map { try cast(of: $0) }
    let columns = table.columns.enumerated().map { number, column in "c\(number) \(casts[number].staged)" }
    try connection.execute(
      "CREATE TEMPORARY TABLE \(Self.name(Self.staging(table))) (\(columns.joined(separator: ", "))) ON COMMIT DROP"
    )
    try copy(
      table, into: Self.staging(table), columns: table.columns.indices.map { "c\($0)" }, isFrozen: false)
    let types = table.columns.enumerated().map { number, column in "c\(number) \(column.type)" }
    try connection.execute(
      "CREATE TEMPORARY TABLE \(Self.name(Self.converted(table))) (\(types.joined(separator: ", "))) ON COMMIT DROP"
    )
    let expressions = casts.enumerated().map { number, cast in cast.expression("c\(number)") }
    try connection.execute("SAVEPOINT conversion")
    do {
      _ = try connection.query(
        "INSERT INTO \(Self.converted(table)) SELECT \(expressions.joined(separator: ", ")) FROM \(Self.staging(table))"
      )
    } catch let error as DatabaseError where !error.isCancelled {
      try connection.execute("ROLLBACK TO SAVEPOINT conversion")
      throw try culprit(table, casts, error)
    }
    // Later rows must have the transaction's own number, not a savepoint's.
    try connection.execute("RELEASE SAVEPOINT conversion")
    let changes = try changes(of: table, casts)
    try connection.execute("DROP TABLE \(Self.staging(table))")
    return changes
  }

  /// Finds values that differ after they are converted back.
  private func changes(of table: DataPlan.Table, _ casts: [Cast]) throws -> [String] {
    try table.columns.enumerated().compactMap { number, column in
      guard case .converted(_, let type) = column.origin else { return nil }
      let there = "CAST(\(casts[number].expression("c\(number)")) AS \(column.type))"
      for back in [
        "\(there)::\(casts[number].staged)::text", "\(there)::text::\(casts[number].staged)::text",
      ] {
        try connection.execute("SAVEPOINT back")
        let found = Result {
          try connection.query(
            "SELECT count(*), min(c\(number)::text), min((\(there))::text) FROM \(Self.staging(table)) "
              + "WHERE \(back) IS DISTINCT FROM c\(number)::text")
        }
        if case .failure(let error) = found, (error as? DatabaseError)?.isCancelled != false { throw error }
        try connection.execute("ROLLBACK TO SAVEPOINT back; RELEASE SAVEPOINT back")
        guard let row = try? found.get().first else { continue }
        if row[0] == "0" { return nil }
        return
          "\(table.target.display).\(column.name): \(row[0] ?? "") values are changed by converting them from "
          + "\(type) to \(column.type), for instance “\(row[1] ?? "")”"
      }
      return nil
    }
  }

  private static func name(_ table: String) -> String { String(table.dropFirst("pg_temp.".count)) }

  private struct Cast {
    /// The type in the temporary table.
    var staged: String
    /// The cast after the column, such as `::text::integer`.
    var suffix: String

    func expression(_ column: String) -> String { column + suffix }
  }

  /// Assignment if the server allows it, because that does not truncate texts; else the explicit cast; else by way of text.
  private func cast(of column: DataPlan.Column) throws -> Cast {
    guard case .converted(_, let type) = column.origin else { return Cast(staged: column.type, suffix: "") }
    let rows = try connection.query(
      """
      SELECT coalesce(o.typbasetype, 0) = n.oid OR o.oid IN (n.oid, n.typbasetype) OR c.castcontext IN ('a', 'i') OR n.typcategory = 'S',
        c.castcontext IS NOT NULL
      FROM (SELECT to_regtype($1)::oid AS old, $2::regtype::oid AS new) t
      JOIN pg_type wo ON wo.oid = t.old JOIN pg_type wn ON wn.oid = t.new
      -- Arrays are assigned as their elements are.
      JOIN pg_type o ON o.oid = CASE WHEN wo.typcategory = 'A' AND wn.typcategory = 'A' THEN wo.typelem ELSE wo.oid END
      JOIN pg_type n ON n.oid = CASE WHEN wo.typcategory = 'A' AND wn.typcategory = 'A' THEN wn.typelem ELSE wn.oid END
      LEFT JOIN pg_cast c ON c.castsource = o.oid AND c.casttarget = n.oid
      """, [type, column.type])
    // The recorded type no longer exists, so its values are read as text.
    guard let row = rows.first else { return Cast(staged: "text", suffix: "::\(column.type)") }
    if row[0] == "t" { return Cast(staged: type, suffix: "") }
    return Cast(staged: type, suffix: row[1] == "t" ? "::\(column.type)" : "::text::\(column.type)")
  }

  /// Finds the conversion that failed.
  private func culprit(_ table: DataPlan.Table, _ casts: [Cast], _ error: DatabaseError) throws -> any Error {
    for (number, column) in table.columns.enumerated() {
      guard case .converted(_, let type) = column.origin else { continue }
      let probe = Self.name(Self.converted(table)) + "_\(number)"
      do {
        try connection.execute("SAVEPOINT probe")
        try connection.execute("CREATE TEMPORARY TABLE \(probe) (c \(column.type)) ON COMMIT DROP")
        _ = try connection.query(
          "INSERT INTO pg_temp.\(probe) SELECT \(casts[number].expression("c\(number)")) FROM \(Self.staging(table))"
        )
        try connection.execute("ROLLBACK TO SAVEPOINT probe")
      } catch let failure as DatabaseError where !failure.isCancelled {
        try connection.execute("ROLLBACK TO SAVEPOINT probe")
        return DatabaseProblem.inconvertible(
          column: "\(table.target.display).\(column.name)", from: type, to: column.type,
          reason: failure.message)
      }
    }
    return error
  }

  // MARK: Loading

  /// Loads the rows into the tables. This transaction has emptied them, so rows can be loaded frozen.
  func load(_ today: [TableName: LiveTable]) throws {
    defer { context.progress.finish("restore rows") }
    try connection.underStandardPath { for table in plan.tables { try load(table, today) } }
  }

  /// Recomputes values that functions of the project computed during loading: they may read tables that were not full yet.
  /// - Parameter oids: the tables.
  func computeAgain(_ oids: [String]) throws {
    try connection.underStandardPath {
      for row in try connection.query(Self.computed, [oids.asArray]) {
        if let statement = row[0] { try connection.execute(script: Array(statement.utf8)) }
      }
    }
  }

  private static let computed = """
    SELECT statement FROM (
      -- The server computes a column again if one is written that it is computed from.
      SELECT 1 AS step, format('UPDATE ONLY %s SET %s', a.attrelid::regclass,
        string_agg(DISTINCT format('%1$I = %1$I', b.attname), ', ')) AS statement
      FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid AND u.refclassid = 'pg_class'::regclass AND u.refobjid = a.attrelid
      JOIN pg_attribute b ON b.attrelid = a.attrelid AND b.attnum = u.refobjsubid AND b.attgenerated = '' AND b.attidentity <> 'a'
      WHERE a.attrelid = ANY ($1::oid[]) AND a.attgenerated = 's' AND NOT a.attisdropped AND c.relkind = 'r' AND EXISTS (
        SELECT FROM pg_depend p WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
          AND p.refclassid = 'pg_proc'::regclass AND p.refobjid >= 16384)
      GROUP BY a.attrelid
      UNION ALL
      SELECT 2, format('REINDEX INDEX %s', i.indexrelid::regclass) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = ANY ($1::oid[]) AND c.relkind = 'i' AND EXISTS (
        SELECT FROM pg_depend p WHERE p.classid = 'pg_class'::regclass AND p.objid = i.indexrelid
          AND p.refclassid = 'pg_proc'::regclass AND p.refobjid >= 16384)
    ) s ORDER BY step, statement
    """

  private func load(_ table: DataPlan.Table, _ today: [TableName: LiveTable]) throws {
    let columns = table.columns.map(\.name.asIdentifier)
    if table.isConverted {
      let list = table.columns.indices.map { "c\($0)" }.joined(separator: ", ")
      _ = try Self.naming(table) {
        try connection.query(
          "INSERT INTO \(table.target.quoted) (\(columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE"
            + " SELECT \(list) FROM \(Self.converted(table))")
      }
      try connection.execute("DROP TABLE \(Self.converted(table))")
    } else {
      try Self.naming(table) {
        try copy(
          table, into: table.target.quoted, columns: columns,
          isFrozen: today[table.target]?.isPartitioned == false)
      }
    }
  }

  /// Adds the table to errors, which the server's message may not name.
  private static func naming<Result>(_ table: DataPlan.Table, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch var error as DatabaseError {
      error.operation = "load rows into \(table.target.display)"
      throw error
    }
  }

  func copy(
    _ table: DataPlan.Table, into target: String, columns: [String], isFrozen: Bool
  ) throws {
    let list = lists[table.index].list
    if list.chunks.isEmpty { return }
    let transform = table.isVerbatim ? nil : try transform(of: table)
    let columns = columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))"
    let options = "ENCODING \(document.database.encoding.asLiteral)" + (isFrozen ? ", FREEZE true" : "")
    var buffer: [UInt8] = []
    let count = try connection.copyIn("COPY \(target)\(columns) FROM STDIN WITH (\(options))") { send in
      try ChunkPrefetch.forEach(list, in: context.store) { chunk, bytes in
        if let transform {
          buffer.removeAll(keepingCapacity: true)
          transform.apply(to: bytes, into: &buffer)
          try buffer.withUnsafeBytes { try send($0) }
        } else {
          try send(bytes)
        }
        done += chunk.byteCount
        context.progress.update("restore rows", done: done, total: total, unit: .bytes)
      }
    }
    let expected = list.fingerprint.rowCount
    if count != expected {
      throw DatabaseProblem.mismatch(["\(table.target.display) (\(count) rows instead of \(expected))"])
    }
  }

  private func transform(of table: DataPlan.Table) throws -> RowTransform {
    RowTransform(
      try table.columns.map { column in
        switch column.origin {
        case .recorded(let number, let orElse): .copied(number, orElse: try orElse.map(encoded))
        case .converted(let number, _): .copied(number, orElse: nil)
        case .value(let value): .constant(try encoded(value))
        }
      })
  }

  /// The value in the encoding of the recorded rows.
  private func encoded(_ value: String) throws -> [UInt8] {
    let escaped = RowTransform.escaped(value)
    let encoding = document.database.encoding
    if ["UTF8", "SQL_ASCII"].contains(encoding) || escaped.allSatisfy({ $0 < 0x80 }) { return escaped }
    let hexadecimal = try connection.query(
      "SELECT encode(convert_to($1, $2), 'hex')", [String(decoding: escaped, as: UTF8.self), encoding]
    ).first?[0]
    return [UInt8](hexadecimal: hexadecimal ?? "") ?? escaped
  }
}
