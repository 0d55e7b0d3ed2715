// Which part of a database is recorded; by default all of it. Names may have wildcards. They are matched against the
// catalogs when the snapshot is taken, and the document keeps what they matched then.

package struct DatabaseSelection: Codable, Sendable, Hashable {
  /// Only these schemas; empty for all.
  package var schemas: [String] = []
  /// Tables, views and sequences that are left out completely.
  package var excludedTables: [String] = []
  /// Tables of which only the definition is recorded.
  package var excludedRows: [String] = []
  /// For the rescue of a part: the definitions of everything, and the rows of this part.
  package var rowsOf: DatabasePart?
  /// For such a rescue: whether large objects and sequences that no table owns were replaced as well.
  package var isBeyondTables: Bool?
  /// For a rescue: relations that are left out because they stay in place and the user may not read them.
  var unreadable: [String]?

  package init() {}

  package init(rowsOf part: DatabasePart) { rowsOf = part }

  var isWhole: Bool { self == DatabaseSelection() }

  /// Whether objects without a schema, and those of extensions, are recorded.
  var isOfWholeDatabase: Bool { schemas.isEmpty && rowsOf == nil }

  /// A checkpoint of some schemas does not have the others, so they are left alone when it is restored.
  var part: DatabasePart? {
    rowsOf ?? (schemas.isEmpty ? nil : DatabasePart(schemas: schemas))
  }

  /// - Parameter ancestors: the tables of which it is a partition.
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
  /// A partition belongs to everything that its whole table belongs to.
  func includes(_ table: TableName, ancestors: [TableName]) -> Bool {
    ([table] + ancestors).contains { includes(table: $0.name, in: $0.schema) }
  }
}

extension String {
  fileprivate func names(_ table: TableName) -> Bool {
    NamePattern.matches(self, table: table.name, in: table.schema)
  }
}
