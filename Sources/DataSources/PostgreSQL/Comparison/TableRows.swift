// Prepares the comparison of one table's rows in two databases: the columns that both have, the key, the chunks that differ,
// and the rows that are to be listed.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem

struct TableRows {
  private let before: ComparedDatabase
  private let after: ComparedDatabase
  private let name: TableName
  private let old: ComparedTable?
  private let new: ComparedTable?
  /// The columns that both have, in the order of `after`.
  private let columns: [String]
  private let key: [Int]
  private(set) var remark: String?

  /// - Parameters:
  ///   - old: nil if `before` has no such table.
  ///   - new: nil if `after` has none.
  init(
    _ name: TableName, _ before: ComparedDatabase, _ old: ComparedTable?, _ after: ComparedDatabase,
    _ new: ComparedTable?
  ) throws {
    (self.name, self.before, self.after, self.old, self.new) = (name, before, after, old, new)
    let (oldColumns, newColumns) = (old?.table.columns, new?.table.columns)
    let columns = (newColumns ?? oldColumns ?? []).filter { column in
      (oldColumns ?? newColumns ?? []).contains { $0.hasSameBytes(as: column) }
    }
    let keys = (try before.schema.primaryKeys[name], try after.schema.primaryKeys[name])
    let chosen = old == nil ? keys.1 : new == nil || keys.0 == keys.1 ? keys.0 : nil
    let places = (chosen ?? []).compactMap { column in
      columns.firstIndex { $0.hasSameBytes(as: column) }
    }
    self.columns = columns
    key = places.count == chosen?.count ? places : []
    remark = Self.remark(old, new, columns, keys, before, after)
  }

  private static func remark(
    _ old: ComparedTable?, _ new: ComparedTable?, _ columns: [String], _ keys: ([String]?, [String]?),
    _ before: ComparedDatabase, _ after: ComparedDatabase
  ) -> String? {
    guard let old, let new else { return nil }
    var remarks: [String] = []
    let left = (old.table.columns + new.table.columns).filter { !columns.contains(where: $0.hasSameBytes) }
    if columns.isEmpty && !left.isEmpty {
      remarks.append("no column is on both sides")
    } else if !left.isEmpty {
      remarks.append("compared without \(left.joined(separator: ", ")), which one side has not")
    }
    func types(_ table: ComparedTable) -> [ExactText: String] {
      Dictionary(zip(table.table.columns.map { ExactText($0) }, table.table.types)) { first, _ in first }
    }
    let (oldTypes, newTypes) = (types(old), types(new))
    let changed = columns.filter { oldTypes[ExactText($0)] != newTypes[ExactText($0)] }
    if !changed.isEmpty { remarks.append("compared as text: \(changed.joined(separator: ", "))") }
    if keys.0?.map({ ExactText($0) }) != keys.1?.map({ ExactText($0) }) {
      remarks.append("the primary key changed, so whole rows are compared")
    }
    if before.document.database.encoding != after.document.database.encoding {
      remarks.append("compared as bytes, the encodings differ")
    }
    return remarks.isEmpty ? nil : remarks.joined(separator: "; ")
  }

  /// - Parameter limit: the number of rows of each kind that are listed.
  func changes(limit: Int, progress: @escaping (Int) -> Void) throws -> RowChanges {
    var changes = RowChanges(key: key.map { columns[$0] })
    guard let old, let new, !columns.isEmpty else {
      // With a table on one side only there is nothing to compare.
      changes.removed = old?.list.fingerprint.rowCount ?? 0
      changes.added = new?.list.fingerprint.rowCount ?? 0
      if limit > 0 && !columns.isEmpty { try listBeginning(&changes, limit) }
      return changes
    }
    let isSame = TableComparison.hasSameColumns(old, new)
    let alignment = ChunkAlignment(old.list, new.list, sharesChunks: isSame)
    var comparison = RowComparison(
      before: side(old, alignment.stretches.map(\.before), before, isSame: isSame),
      after: side(new, alignment.stretches.map(\.after), after, isSame: isSame), key: key)
    (comparison.limit, comparison.progress) = (limit, progress)
    let found = try comparison.run()
    (changes.added, changes.removed, changes.changed) = (found.added, found.removed, found.changed)
    changes.bytesRead = found.bytesRead
    if limit > 0 { changes.listed = try list(found, comparison) }
    return changes
  }

  private func side(
    _ table: ComparedTable, _ stretches: [ArraySlice<ChunkReference>], _ database: ComparedDatabase,
    isSame: Bool
  ) -> RowComparison.Side {
    let fields = columns.compactMap { column in
      table.table.columns.firstIndex { $0.hasSameBytes(as: column) }
    }
    return RowComparison.Side(
      chunks: stretches.flatMap { $0 },
      stretches: stretches.enumerated().flatMap { number, chunks in chunks.map { _ in number } },
      transform: isSame ? nil : RowTransform(fields.map { .copied($0, orElse: nil) }),
      makeReader: database.makeReader)
  }

  private var listing: RowListing {
    RowListing(
      columns: columns, key: key,
      encodings: (
        DatabaseEncoding(before.document.database.encoding),
        DatabaseEncoding(after.document.database.encoding)
      ))
  }

  private func list(_ found: RowComparison.Found, _ comparison: RowComparison) throws -> [RowChanges.Row] {
    let wanted = found.pairs.flatMap { [$0.before, $0.after] } + found.onlyBefore + found.onlyAfter
    let (rows, listing) = (try comparison.rows(at: wanted), listing)
    let listed =
      found.pairs.map { listing.row(.changed, before: rows[$0.before], after: rows[$0.after]) }
      + found.onlyBefore.map { listing.row(.dropped, before: rows[$0], after: nil) }
      + found.onlyAfter.map { listing.row(.added, before: nil, after: rows[$0]) }
    return RowListing.sorted(listed)
  }

  /// Lists the first rows of a table that is on one side only.
  private func listBeginning(_ changes: inout RowChanges, _ limit: Int) throws {
    guard let table = new ?? old else { return }
    let reader = (new == nil ? before : after).makeReader()
    let listing = listing
    for chunk in table.list.chunks where changes.listed.count < limit {
      try reader.withPiece(chunk) { bytes in
        changes.bytesRead += bytes.count
        var start = 0
        while start < bytes.count && changes.listed.count < limit {
          let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
          let row = Array(rest[..<LineScan.end(of: rest)])
          changes.listed.append(
            new == nil
              ? listing.row(.dropped, before: row, after: nil) : listing.row(.added, before: nil, after: row))
          start += row.count
        }
      }
    }
  }
}
