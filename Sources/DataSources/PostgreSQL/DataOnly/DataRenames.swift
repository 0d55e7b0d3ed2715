// Tables and columns that had another name when the checkpoint was taken, from `--rename`.

import FileSystem

struct DataRenames {
  private var tables: [TableName: TableName] = [:]
  private var columns: [TableName: [ExactText: String]] = [:]

  /// - Parameter words: `orders.total` → `amount` for a column, `clients` or `shop.clients` → `customers` for a table.
  /// - Throws: `DatabaseProblem` for names that were not recorded, and for ambiguous ones.
  init(_ words: [String: String], _ recorded: [DatabaseDocument.Table]) throws {
    for (old, new) in words.sorted(by: { $0.key < $1.key }) {
      let named = recorded.filter { [$0.name, $0.tableName.display].contains(where: old.hasSameBytes) }
      let holders = recorded.compactMap { table in
        Self.column(of: table, meantBy: old).map { (table: table, column: $0) }
      }
      let roots = Set(recorded.compactMap(\.root)).filter {
        [$0.name, $0.display].contains(where: old.hasSameBytes)
      }
      let names = Set(named.map(\.tableName)).union(roots)
      if names.isEmpty && holders.isEmpty { throw DatabaseProblem.noSuchColumn(old, .rename) }
      // Partitions of one table have the same columns, so these are not ambiguous.
      let holderRoots = Set(holders.map(\.table.root))
      let isOneTable = holders.count == 1 || (holderRoots.count == 1 && holderRoots.first != .some(nil))
      guard (names.count == 1 && holders.isEmpty) || (names.isEmpty && isOneTable) else {
        throw DatabaseProblem.ambiguous(old)
      }
      if let name = names.first {
        let (schema, table) = new.cut(at: ".") ?? (name.schema[...], new[...])
        tables[name] = TableName(schema: String(schema), name: String(table))
      }
      for (table, column) in holders { columns[table.tableName, default: [:]][ExactText(column)] = new }
    }
  }

  private static func column(of table: DatabaseDocument.Table, meantBy words: String) -> String? {
    let tables = [table.name, table.tableName.display, table.root?.name, table.root?.display].compactMap {
      $0
    }
    return table.columns.first { column in tables.contains { "\($0).\(column)".hasSameBytes(as: words) } }
  }

  /// The present names of tables, with the option's words for each.
  var newTables: [(words: String, new: TableName)] {
    tables.map { ($0.key.display, $0.value) }.sorted { $0.words < $1.words }
  }

  /// The present names of a table's columns, with the option's words for each.
  func newColumns(of name: TableName) -> [(words: String, new: String)] {
    (columns[name] ?? [:]).map { ("\(name.display).\($0.key.wrappedValue)=\($0.value)", $0.value) }.sorted {
      $0.0 < $1.0
    }
  }

  func table(_ name: TableName) -> TableName { tables[name] ?? name }
  func column(_ name: String, of table: TableName) -> String { columns[table]?[ExactText(name)] ?? name }
}
