// Large tables are read in ranges of blocks, so that several connections can share one.

import Postgres

enum BlockRanges {
  struct Range: Sendable {
    /// nil for the whole table; the last range has no upper bound.
    var blocks: Swift.Range<Int>?
    var byteCount: Int
  }

  /// About what a range holds, large values that are kept apart (TOAST) among it: several chunks' worth, so
  /// that few chunks end at a range's end.
  static let rangeBytes = 32 << 20
  private static let blockSize = 8192

  /// - Parameters:
  ///   - heapByteCount: of the blocks that `ctid` counts.
  ///   - byteCount: of the table with its TOAST.
  ///   - supportsRanges: before 14 the server reads the whole table for every range.
  static func split(heapByteCount: Int, byteCount: Int, supportsRanges: Bool) -> [Range] {
    let blocks = heapByteCount / blockSize
    guard supportsRanges, byteCount > rangeBytes * 3 / 2, blocks > 1 else {
      return [Range(blocks: nil, byteCount: byteCount)]
    }
    // A power of two, so that a table that grows a little is cut at the same places again.
    var step = rangeBytes / blockSize
    while step > 1 && byteCount / blocks * step > rangeBytes { step /= 2 }
    return stride(from: 0, to: blocks, by: step).map { start in
      let end = start + step >= blocks ? Int.max : start + step
      return Range(blocks: start..<end, byteCount: byteCount / blocks * (min(end, blocks) - start))
    }
  }

  /// What COPY reads from: the table, or a query for the rows in its blocks.
  /// - Parameter isQuery: it is always a query.
  static func origin(
    of table: TableName, _ columns: [String], blocks: Swift.Range<Int>?, isQuery: Bool = false
  ) -> String {
    guard let blocks = blocks ?? (isQuery ? 0..<Int.max : nil) else {
      return "\(table.quoted)\(CatalogTable.list(columns))"
    }
    let upper = blocks.upperBound == .max ? "" : " AND ctid < '(\(blocks.upperBound),0)'::tid"
    let list = columns.map(\.asIdentifier).joined(separator: ", ")
    return "(SELECT \(list) FROM ONLY \(table.quoted) WHERE ctid >= '(\(blocks.lowerBound),0)'::tid\(upper))"
  }
}
