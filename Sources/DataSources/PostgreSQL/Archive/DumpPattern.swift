// Patterns by which pg_dump finds tables. One pattern is for many names, because pg_dump queries the server once for each.
// In quotes every character means itself; outside them `( | )` are those of regular expressions. Names are merged into a
// tree by their prefixes, so that the server follows one path instead of trying every name: with 2,000 tables, trying all of
// them takes longer than the dump.

import Postgres

struct DumpPattern {
  private final class Node {
    var next: [Unicode.Scalar: Node] = [:]
    var isEnd = false
  }

  /// The number of names in one pattern: an argument has at most 128 KiB.
  private static let namesAtOnce = 500

  /// Patterns that match exactly these tables.
  static func matching(_ tables: [TableName]) -> [String] {
    // By bytes: Swift considers some names equal that PostgreSQL distinguishes.
    let schemas = Dictionary(grouping: tables) { Array($0.schema.utf8) }
    return schemas.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { bytes, tables in
      let (schema, names) = (String(decoding: bytes, as: UTF8.self), tables.map(\.name).sorted())
      return stride(from: 0, to: names.count, by: namesAtOnce).map { start in
        let root = Node()
        for name in names[start..<min(start + namesAtOnce, names.count)] { insert(name, root) }
        return "\(schema.asIdentifier).(\(expression(root)))"
      }
    }
  }

  private static func insert(_ name: String, _ root: Node) {
    var node = root
    for scalar in name.unicodeScalars {
      let following = node.next[scalar] ?? Node()
      node.next[scalar] = following
      node = following
    }
    node.isEnd = true
  }

  private static func expression(_ node: Node) -> String {
    var branches = node.next.sorted { $0.key < $1.key }.map { scalar, following in
      var (text, end) = (String(scalar), following)
      // A single continuation needs no parentheses.
      while !end.isEnd, end.next.count == 1, let only = end.next.first {
        text.unicodeScalars.append(only.key)
        end = only.value
      }
      return text.asIdentifier + (end.next.isEmpty ? "" : "(\(expression(end)))")
    }
    if node.isEnd { branches.append("") }
    return branches.joined(separator: "|")
  }
}
