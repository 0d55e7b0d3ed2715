// Patterns for names of schemas and tables: case-sensitive, with `*`, `?` and `[…]` as wildcards; `=` at the beginning means
// exactly that name.

import Glibc

package enum NamePattern {
  /// A pattern that matches only this name.
  package static func exactly(_ name: String) -> String { "=\(name)" }

  /// Whether it can match only one name, in any schema.
  package static func isExact(_ pattern: String) -> Bool {
    pattern.hasPrefix("=") || !pattern.contains { "*?[".contains($0) }
  }

  package static func matches(_ pattern: String, _ name: String) -> Bool {
    if pattern.hasSameBytes(as: name) { return true }
    if pattern.hasPrefix("=") { return pattern.dropFirst().hasSameBytes(as: name) }
    return fnmatch(pattern, name, 0) == 0
  }

  /// A pattern with a dot matches schema and table, one without a dot matches tables in every schema.
  package static func matches(_ pattern: String, table: String, in schema: String) -> Bool {
    if pattern.hasPrefix("="), pattern.dropFirst().hasSameBytes(as: "\(schema).\(table)") { return true }
    if pattern.hasSameBytes(as: table) || pattern.hasSameBytes(as: "\(schema).\(table)") { return true }
    guard !pattern.hasPrefix("="), let dot = pattern.firstIndex(of: ".") else {
      return !pattern.hasPrefix("=") && matches(pattern, table)
    }
    return matches(String(pattern[..<dot]), schema)
      && matches(String(pattern[pattern.index(after: dot)...]), table)
  }
}
