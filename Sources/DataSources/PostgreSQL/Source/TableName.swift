// The name of a table with its schema, compared by bytes as PostgreSQL does.

import Postgres

package struct TableName: Codable, Hashable, Sendable {
  var schema: String
  var name: String

  var quoted: String { "\(schema.asIdentifier).\(name.asIdentifier)" }
  var display: String { "\(schema).\(name)" }

  /// By bytes, as PostgreSQL distinguishes names: “é” can be written in two ways that Swift considers equal.
  package static func == (one: TableName, other: TableName) -> Bool {
    one.schema.hasSameBytes(as: other.schema) && one.name.hasSameBytes(as: other.name)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in quoted.utf8 { hasher.combine(byte) }
  }
}
