// Splits large tables into ranges of blocks, so that several connections can read one table.

import Postgres

enum BlockRanges {
  struct Range: Sendable {
    /// nil for the whole table; the last range has no upper bound.
    var blocks: Swift.Range<Int>?
    var byteCount: Int
  }

  /// The approximate size of a range, including large values stored apart (TOAST): the size of several chunks, so that few
  /// chunks are cut by the end of a range.
  static let rangeBytes = 32 << 20
  private static let blockSize = 8192

  /// - Parameters:
  ///   - heapByteCount: the size of the blocks that `ctid` counts.
  ///   - byteCount: the size of the table with its TOAST.
  ///   - supportsRanges: false before version 14, which reads the whole table for every range.
  static func split(heapByteCount: Int, byteCount: Int, supportsRanges: Bool) -> [Range] {
    let blocks = heapByteCount / blockSize
    guard supportsRanges, byteCount > rangeBytes * 3 / 2, blocks > 1 else {
      return [Range(blocks: nil, byteCount: byteCount)]
    }
    // A power of two, so that a table that has grown a little is cut at the same places again.
    var step = rangeBytes / blockSize
    while step > 1 && byteCount / blocks * step > rangeBytes { step /= 2 }
    return stride(from: 0, to: blocks, by: step).map { start in
      let end = start + step >= blocks ? Int.max : start + step
      return Range(blocks: start..<end, byteCount: byteCount / blocks * (min(end, blocks) - start))
    }
  }

  /// The source of COPY: the table, or a query for the rows in some blocks.
  /// - Parameter isQuery: whether it must be a query in any case.
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
