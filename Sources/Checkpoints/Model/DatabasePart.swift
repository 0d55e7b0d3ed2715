// A part of a database, as people ask for it: some schemas, some tables, the definitions or the rows alone.
// It is kept in the journal, and in the notes of the rescue, so that undo is about the same part.

import Glibc

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

/// What somebody asks for when databases are restored by themselves.
package struct DatabaseRequest: Codable, Sendable, Hashable {
  /// Which of the checkpoint's databases; nil for all of them.
  package var source: String?
  /// The name of the project's database that it goes into; nil for the one that it was taken from.
  package var destination: String?
  package var part = DatabasePart()
  /// Tables and columns that have another name today: `orders.total` → `amount`, `clients` → `customers`.
  package var renames: [String: String] = [:]
  /// Values for columns that the recorded rows have none for, by `table.column`.
  package var values: [String: String] = [:]
  /// Also into a server or a database that the checkpoint was not taken from.
  package var isForced = false
  /// Everything belongs to who restores it.
  package var leavesOwnersOut = false
  package var leavesPrivilegesOut = false
  /// What cannot be made is left out and listed, instead of stopping everything; nil for no.
  package var allowsPartial: Bool?
  /// Only with `--data-only`: also those in which migration tools remember what they have done.
  package var includesLedgers: Bool?
  /// Only with `--data-only`: tables that stay as they are, by names or patterns.
  package var excludedTables: [String]?

  package init() {}

  /// Everything comes back as it was recorded, and where it was.
  package var isWhole: Bool {
    var whole = DatabaseRequest()
    (whole.source, whole.isForced, whole.allowsPartial) = (source, isForced, allowsPartial)
    return self == whole
  }

  /// What takes it back: the same part, by the names and types of today.
  package var reversed: DatabaseRequest {
    var request = self
    (request.renames, request.values, request.destination) = ([:], [:], nil)
    // The rescue was taken from that very database.
    request.isForced = false
    request.source = destination ?? source
    // The rescue holds just the part that was replaced.
    request.part = DatabasePart(contents: part.contents == .data ? .data : .everything)
    request.excludedTables = nil
    return request
  }
}

/// Names of schemas and tables as they are, upper and lower case apart, with `*`, `?` and `[…]` for parts of them, or
/// behind `=` one name exactly.
package enum NamePattern {
  /// A pattern that means this name and no other.
  package static func exactly(_ name: String) -> String { "=\(name)" }

  /// Whether it can mean one name only, but for the schema.
  package static func isExact(_ pattern: String) -> Bool {
    pattern.hasPrefix("=") || !pattern.contains { "*?[".contains($0) }
  }

  package static func matches(_ pattern: String, _ name: String) -> Bool {
    if isSame(pattern, name) { return true }
    if pattern.hasPrefix("=") { return isSame(pattern.dropFirst(), name) }
    return fnmatch(pattern, name, 0) == 0
  }

  /// A pattern with a dot is about schema and table, one without about tables in every schema.
  package static func matches(_ pattern: String, table: String, in schema: String) -> Bool {
    if pattern.hasPrefix("="), isSame(pattern.dropFirst(), "\(schema).\(table)") { return true }
    if isSame(pattern, table) || isSame(pattern, "\(schema).\(table)") { return true }
    guard !pattern.hasPrefix("="), let dot = pattern.firstIndex(of: ".") else {
      return !pattern.hasPrefix("=") && matches(pattern, table)
    }
    return matches(String(pattern[..<dot]), schema)
      && matches(String(pattern[pattern.index(after: dot)...]), table)
  }

  /// By bytes: Swift takes names for equal that PostgreSQL tells apart.
  private static func isSame(_ one: some StringProtocol, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
  }
}
