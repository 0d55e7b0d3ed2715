// What differs between databases: definitions, tables by their fingerprints, and rows if they are wanted.

import Checkpoints
import ChunkStore

struct DatabaseComparison {
  let options: ComparisonOptions

  func changes(from before: ComparedDatabase, to after: ComparedDatabase) throws -> DatabaseChanges {
    var changes = DatabaseChanges(name: after.record.name, before: before.totals, after: after.totals)
    // Archives with the same bytes are the same.
    if try before.archive.chunks.map(\.id) == after.archive.chunks.map(\.id) {
      if options.comparesSchema { changes.schema = SchemaChanges() }
      if options.comparesTables { changes.sequences = [] }
    } else {
      let comparison = SchemaComparison(try before.schema, try after.schema)
      if options.comparesSchema { changes.schema = comparison.changes }
      if options.comparesTables { changes.sequences = comparison.sequences }
      if options.readsRows && options.tables.isEmpty {
        let (old, new) = (try before.archiveData, try after.archiveData)
        changes.otherData = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted().map(
          \.wrappedValue)
      }
    }
    if let schema = changes.schema, before.serverMajor == after.serverMajor,
      let (one, other) = try pictures(before, after)
    {
      changes.schema?.objects += CatalogComparison(one, other).objects(besides: schema.objects)
    }
    if options.comparesTables && options.tables.isEmpty && min(before.reading, after.reading) > .definitions {
      let found = try supplementChanges(before.supplements, after.supplements)
      if !found.isEmpty { changes.otherData = (changes.otherData ?? []) + found }
    }
    if options.comparesSchema && before.serverMajor != after.serverMajor {
      changes.remarks.append(
        "PostgreSQL \(before.serverMajor) wrote the first definitions, \(after.serverMajor) the second: "
          + "they may differ in their wording only")
    }
    if options.comparesTables && min(before.reading, after.reading) > .definitions {
      changes.tables = try tableChanges(from: before, to: after)
    }
    return changes
  }

  private func pictures(
    _ before: ComparedDatabase, _ after: ComparedDatabase
  ) throws -> (CatalogPicture, CatalogPicture)? {
    guard let one = try before.picture, let other = try after.picture else { return nil }
    return (one, other)
  }

  private func supplementChanges(
    _ before: [TableName: ChunkList], _ after: [TableName: ChunkList]
  ) -> [String] {
    Set(before.keys).intersection(after.keys).filter { before[$0]?.fingerprint != after[$0]?.fingerprint }
      .map { "rows of \($0.display)" }.sorted()
  }

  private func tableChanges(
    from before: ComparedDatabase, to after: ComparedDatabase
  ) throws -> [TableChanges] {
    let comparison = try TableComparison(before, after)
    let names = comparison.names.filter { name in
      let table = comparison.new[name] ?? comparison.old[name]
      return options.tables.isEmpty || options.tables.contains { table?.isMeant(by: $0) ?? false }
    }
    var found = try names.compactMap { name in try comparison.changes(of: name).map { (name, $0) } }
    guard min(before.reading, after.reading) == .rows else { return found.map(\.1) }
    let read = found.indices.filter { found[$0].1.hasRowsToCompare }
    let chosen = options.readsRows ? read : options.readsSmallTables ? small(read, found.map(\.1)) : []
    if chosen.isEmpty { return found.map(\.1) }
    let total = chosen.reduce(0) { $0 + found[$1].1.bytesToRead }
    var done = 0
    defer { options.progress.finish("compare rows") }
    for index in chosen {
      let name = found[index].0
      let rows = try TableRows(name, before, comparison.old[name], after, comparison.new[name])
      found[index].1.rows = try rows.changes(limit: options.rowLimit) { count in
        done += count
        options.progress.update("compare rows", done: done, total: max(done, total), unit: .bytes)
      }
      found[index].1.remark = rows.remark ?? found[index].1.remark
    }
    return found.map(\.1)
  }

  /// The most bytes that are read of one table, and of all, if the user did not ask for rows.
  private static let unaskedBytes = (table: 4 << 20, all: 32 << 20)

  private func small(_ candidates: [Int], _ tables: [TableChanges]) -> [Int] {
    var left = Self.unaskedBytes.all
    return candidates.filter { index in
      let bytes = tables[index].bytesToRead
      if bytes > min(left, Self.unaskedBytes.table) { return false }
      left -= bytes
      return true
    }
  }
}

extension TableChanges {
  /// Whether both sides have rows, or the table is only on one side.
  fileprivate var hasRowsToCompare: Bool { change != .changed || (before != nil && after != nil) }

  /// An estimate.
  fileprivate var bytesToRead: Int {
    [before, after].compactMap { $0 }.reduce(0) { $0 + $1.byteCount / max(1, $1.chunks) * $1.differingChunks }
  }
}
