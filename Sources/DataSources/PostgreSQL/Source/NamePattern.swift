// Patterns for the names of schemas and tables.

import Glibc

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
