// A part of a database, as users choose it: some schemas, some tables, only definitions or only rows.

package struct DatabasePart: Codable, Sendable, Hashable {
  package enum Contents: String, Codable, Sendable {
    case everything
    /// Definitions without rows.
    case schema
    /// Rows, which are loaded into the present tables.
    case data
  }

  /// Whole schemas, by names or patterns.
  package var schemas: [String]
  /// Tables, by names or patterns; either with their schema, as in `shop.orders`, or in every schema.
  package var tables: [String]
  package var contents: Contents

  package init(schemas: [String] = [], tables: [String] = [], contents: Contents = .everything) {
    (self.schemas, self.tables, self.contents) = (schemas, tables, contents)
  }

  /// Whether schemas or tables are chosen; otherwise the part includes all of them.
  package var isSelective: Bool { !schemas.isEmpty || !tables.isEmpty }

  package func includes(schema: String) -> Bool {
    !isSelective || schemas.contains { NamePattern.matches($0, schema) }
  }

  package func includes(table: String, in schema: String) -> Bool {
    includes(schema: schema) || tables.contains { NamePattern.matches($0, table: table, in: schema) }
  }
}
