// Finds the tables that differ, by their fingerprints and chunks. No rows are read.

import Checkpoints
import ChunkStore

struct TableComparison {
  private let before: ComparedDatabase
  private let after: ComparedDatabase
  let old: [TableName: ComparedTable]
  let new: [TableName: ComparedTable]

  init(_ before: ComparedDatabase, _ after: ComparedDatabase) throws {
    (self.before, self.after) = (before, after)
    (old, new) = (try Self.tables(of: before), try Self.tables(of: after))
  }

  static func tables(of database: ComparedDatabase) throws -> [TableName: ComparedTable] {
    let streams = database.document.streams.filter { $0.name != DatabaseDocument.archiveName }
    return try zip(database.document.tables, streams).reduce(into: [:]) { found, pair in
      let (table, list) = (pair.0, try database.lists.list(of: pair.1))
      let name = table.loadThrough ?? table.tableName
      if var whole = found[name], Self.isSame(whole.table.columns, table.columns) {
        whole.list.chunks += list.chunks
        whole.members.append(table.tableName)
        found[name] = whole
      } else {
        // Partitions may have their columns in a different order.
        let isFree = found[name] == nil
        found[isFree ? name : table.tableName] = ComparedTable(
          table: table, list: list,
          members: (isFree ? [name] : []) + [table.tableName] + (table.ancestors ?? []))
      }
    }
  }

  /// The tables of both sides.
  var names: [TableName] { Set(old.keys).union(new.keys).sorted { $0.display < $1.display } }

  /// nil if the table is the same on both sides.
  func changes(of name: TableName) throws -> TableChanges? { try changes(of: name, old[name], new[name]) }

  private func changes(of name: TableName, _ old: ComparedTable?, _ new: ComparedTable?) throws
    -> TableChanges?
  {
    guard let old, let new else {
      let one = (old ?? new).map(Self.whole)
      var found = TableChanges(
        name: name.display, change: old == nil ? .added : .dropped, before: old == nil ? nil : one,
        after: new == nil ? nil : one)
      // A table exists even if its side leaves its rows out.
      let other = old == nil ? before : after
      if try other.schema.tables.contains(name) {
        found.change = .changed
        found.remark = "its rows are not recorded on the other side"
      }
      return found
    }
    let hasSameColumns = Self.hasSameColumns(old, new)
    if hasSameColumns && old.list.fingerprint == new.list.fingerprint { return nil }
    let alignment = ChunkAlignment(old.list, new.list, sharesChunks: hasSameColumns)
    var found = TableChanges(
      name: name.display, change: .changed, before: Self.side(old, alignment.before),
      after: Self.side(new, alignment.after))
    if !hasSameColumns { found.remark = "its columns changed" }
    return found
  }

  static func hasSameColumns(_ old: ComparedTable, _ new: ComparedTable) -> Bool {
    isSame(old.table.columns, new.table.columns) && isSame(old.table.types, new.table.types)
  }

  private static func isSame(_ names: [String], _ others: [String]) -> Bool {
    names.elementsEqual(others) { $0.hasSameBytes(as: $1) }
  }

  private static func whole(_ table: ComparedTable) -> TableChanges.Side { side(table, table.list.chunks) }

  private static func side(
    _ table: ComparedTable, _ differing: [ChunkReference]
  ) -> TableChanges.Side {
    TableChanges.Side(
      rows: table.list.fingerprint.rowCount, byteCount: table.list.byteCount,
      chunks: table.list.chunks.count, differingChunks: differing.count,
      differingRows: differing.reduce(0) { $0 + $1.fingerprint.rowCount })
  }
}
