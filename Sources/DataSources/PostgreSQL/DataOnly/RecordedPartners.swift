// Whether rows that violate a foreign key already violated it when they were recorded. The table that they refer to stays as
// it is, so its recorded rows are loaded into a temporary table to find out.

import Postgres

extension DataLoad {
  /// - Precondition: the plan is for the referenced table, or its partitions.
  /// - Returns: false also if the recorded columns have another form, or if there are no recorded rows.
  func lacksPartners(of key: ForeignKeyQuiet.Reference) throws -> Bool {
    if plan.tables.isEmpty { return false }
    var parts: [DataPlan.Table] = []
    for table in plan.tables {
      let columns = key.parentColumns.compactMap { name in
        table.columns.first { $0.name.hasSameBytes(as: name) }
      }
      let isRecorded = columns.allSatisfy { if case .recorded = $0.origin { true } else { false } }
      guard columns.count == key.parentColumns.count, isRecorded else { return false }
      var part = table
      part.columns = columns
      parts.append(part)
    }
    let names = key.parentColumns.indices.map { "k\($0)" }
    let types = zip(names, parts[0].columns).map { "\($0) \($1.type)" }
    try connection.execute(
      "CREATE TEMPORARY TABLE checkpoint_partners (\(types.joined(separator: ", "))) ON COMMIT DROP")
    for part in parts {
      try copy(part, into: "pg_temp.checkpoint_partners", columns: names, isFrozen: false)
    }
    func match(_ alias: String, _ columns: [String]) -> String {
      zip(columns, key.columns).map { "\(alias).\($0) = c.\($1.asIdentifier)" }.joined(separator: " AND ")
    }
    let found = try connection.underStandardPath {
      try connection.query(
        """
        SELECT FROM \(key.table) c WHERE NOT EXISTS (
          SELECT FROM \(key.parent.quoted) p WHERE \(match("p", key.parentColumns.map(\.asIdentifier))))
        AND EXISTS (SELECT FROM pg_temp.checkpoint_partners t WHERE \(match("t", names))) LIMIT 1
        """)
    }
    try connection.execute("DROP TABLE pg_temp.checkpoint_partners")
    return found.isEmpty
  }
}
