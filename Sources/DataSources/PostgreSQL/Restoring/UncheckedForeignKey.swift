// Adds a foreign key that rows violate as `NOT VALID`, so that it holds for new rows. Before version 18, servers refuse that
// for partitioned tables, but not for each of the partitions.

import Postgres

enum UncheckedForeignKey {
  private static let savepoint = "checkpoint_key"

  /// Adds a key without checking the rows.
  /// - Parameters:
  ///   - table: the table as written in a statement, quoted if needed.
  ///   - addition: `ADD CONSTRAINT …`, without `NOT VALID`.
  ///   - isProtected: whether a transaction is open that an error must not end.
  /// - Returns: the partitions that have it instead of their whole table; empty for a table that has it itself.
  @discardableResult
  static func add(
    to table: [UInt8], _ addition: [UInt8], on connection: Connection, protected isProtected: Bool
  ) throws -> [String] {
    func statement(_ table: [UInt8]) -> [UInt8] {
      Array("ALTER TABLE ".utf8) + table + [0x20] + addition + Array(" NOT VALID".utf8)
    }
    if isProtected { try connection.execute("SAVEPOINT \(savepoint)") }
    var partitions: [String] = []
    do { try connection.execute(script: statement(table)) } catch let error as DatabaseError
      where error.isUnsupported
    {
      if isProtected { try connection.execute("ROLLBACK TO SAVEPOINT \(savepoint)") }
      partitions = try self.partitions(of: table, connection)
      if partitions.isEmpty { throw error }
      for partition in partitions { try connection.execute(script: statement(Array(partition.utf8))) }
    }
    if isProtected { try connection.execute("RELEASE SAVEPOINT \(savepoint)") }
    return partitions
  }

  private static func partitions(of table: [UInt8], _ connection: Connection) throws -> [String] {
    let name = String(decoding: table, as: UTF8.self)
    return try connection.query(
      """
      SELECT format('%I.%I', n.nspname, c.relname) FROM pg_partition_tree($1::regclass) t
      JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE t.isleaf AND c.relkind = 'r' ORDER BY 1
      """, [name]
    ).compactMap { $0[0] }
  }

  /// A remark about it for people.
  static func remark(_ error: DatabaseError, _ partitions: [String]) -> String {
    let detail = error.detail.map { " (\($0))" } ?? ""
    let key = "rows break a foreign key: \(error.message)\(detail)"
    return partitions.isEmpty
      ? "\(key); it is NOT VALID now, and holds for new rows"
      : "\(key); it is NOT VALID now, and belongs to \(partitions.joined(separator: ", ")) instead of their "
        + "partitioned table, where this server allows no such key"
  }
}
