// Patterns for names of schemas and tables: case-sensitive, with `*`, `?` and `[…]` as wildcards; `=` at the beginning means
// exactly that name.

import FileSystem
import Glibc

package enum NamePattern {
  /// A pattern that matches only this name.
  package static func exactly(_ name: String) -> String { "=\(name)" }

  /// Whether it can match only one name, in any schema.
  package static func isExact(_ pattern: String) -> Bool {
    name(in: pattern) != nil || !pattern.unicodeScalars.contains { "*?[".unicodeScalars.contains($0) }
  }

  /// The name of a pattern that begins with `=`.
  private static func name(in pattern: String) -> Substring? {
    pattern.cut(at: "=").flatMap { $0.before.isEmpty ? $0.after : nil }
  }

  package static func matches(_ pattern: String, _ name: String) -> Bool {
    if pattern.hasSameBytes(as: name) { return true }
    if let exact = self.name(in: pattern) { return exact.hasSameBytes(as: name) }
    return fnmatch(pattern, name, 0) == 0
  }

  /// A pattern with a dot matches schema and table, one without a dot matches tables in every schema.
  package static func matches(_ pattern: String, table: String, in schema: String) -> Bool {
    if pattern.hasSameBytes(as: table) || pattern.hasSameBytes(as: "\(schema).\(table)") { return true }
    if let exact = name(in: pattern) { return exact.hasSameBytes(as: "\(schema).\(table)") }
    guard let (first, second) = pattern.cut(at: ".") else { return matches(pattern, table) }
    return matches(String(first), schema) && matches(String(second), table)
  }
}
