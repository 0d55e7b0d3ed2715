// A part of a database, as people ask for it: some schemas, some tables, only the definitions or only the rows.

package struct DatabasePart: Codable, Sendable, Hashable {
  package enum Contents: String, Codable, Sendable {
    case everything
    /// Definitions without rows.
    case schema
    /// Rows, into the tables that are there now.
    case data
  }

  /// Whole schemas, by names or patterns.
  package var schemas: [String]
  /// Tables, by names or patterns; with their schema, as in `shop.orders`, or in every schema.
  package var tables: [String]
  package var contents: Contents

  package init(schemas: [String] = [], tables: [String] = [], contents: Contents = .everything) {
    (self.schemas, self.tables, self.contents) = (schemas, tables, contents)
  }

  /// Whether schemas or tables are chosen; otherwise the part is about all of them.
  package var isSelective: Bool { !schemas.isEmpty || !tables.isEmpty }

  package func includes(schema: String) -> Bool {
    !isSelective || schemas.contains { NamePattern.matches($0, schema) }
  }

  package func includes(table: String, in schema: String) -> Bool {
    includes(schema: schema) || tables.contains { NamePattern.matches($0, table: table, in: schema) }
  }
}
