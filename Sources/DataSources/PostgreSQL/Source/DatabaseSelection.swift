// What of a database is recorded. Without choices it is all of it. Names may hold wildcards; they are matched
// against the catalogs when the snapshot is taken, and what they meant then is what the document holds.

package struct DatabaseSelection: Codable, Sendable, Hashable {
  /// Only these schemas; none for all of them.
  package var schemas: [String] = []
  /// Tables, views and sequences that are left out altogether.
  package var excludedTables: [String] = []
  /// Tables of which the definition alone is recorded.
  package var excludedRows: [String] = []
  /// For the rescue of a part: the definitions of everything, and the rows of this part.
  package var rowsOf: DatabasePart?
  /// Of such a rescue: what no table owns, large objects and sequences, was replaced as well.
  package var isBeyondTables: Bool?
  /// For a rescue: relations that are left out because they stay as they are and the user may not read them.
  var unreadable: [String]?

  package init() {}

  package init(rowsOf part: DatabasePart) { rowsOf = part }

  var isWhole: Bool { self == DatabaseSelection() }

  /// Whether what belongs to no schema, or to an extension, is recorded.
  var isOfWholeDatabase: Bool { schemas.isEmpty && rowsOf == nil }

  /// A checkpoint of some schemas says nothing of the others, so they are left alone when it comes back.
  var part: DatabasePart? {
    rowsOf ?? (schemas.isEmpty ? nil : DatabasePart(schemas: schemas))
  }

  /// - Parameter ancestors: the tables that it is a partition of.
  func includesDefinition(of table: TableName, ancestors: [TableName]) -> Bool {
    (schemas.isEmpty || schemas.contains { NamePattern.matches($0, table.schema) })
      && !matches(excludedTables + (unreadable ?? []), table, ancestors)
  }

  func includesRows(of table: TableName, ancestors: [TableName]) -> Bool {
    if !includesDefinition(of: table, ancestors: ancestors) || matches(excludedRows, table, ancestors) {
      return false
    }
    guard let rowsOf else { return true }
    return rowsOf.includes(table, ancestors: ancestors)
  }

  private func matches(_ patterns: [String], _ table: TableName, _ ancestors: [TableName]) -> Bool {
    patterns.contains { $0.names(table) || ancestors.contains(where: $0.names) }
  }
}

extension DatabasePart {
  /// A partition belongs to whatever its whole table belongs to.
  func includes(_ table: TableName, ancestors: [TableName]) -> Bool {
    ([table] + ancestors).contains { includes(table: $0.name, in: $0.schema) }
  }
}

extension String {
  fileprivate func names(_ table: TableName) -> Bool {
    NamePattern.matches(self, table: table.name, in: table.schema)
  }
}
