// A table, or a materialized view, as the catalogs describe it when its rows are recorded.

import Postgres

struct CatalogTable: Sendable {
  var oid: String
  var name: TableName
  /// With the large values that are kept apart (TOAST), without indexes; 0 until it is asked for.
  var byteCount = 0
  /// The blocks that `ctid` counts; 0 until it is asked for.
  var heapByteCount = 0
  var relfilenode: String
  var columns: [String]
  var types: [String]
  var loadThrough: TableName?
  /// The partitioned tables that it belongs to, the nearest first, and which of its rows are here.
  var ancestors: [TableName] = []
  var bound: String?
  /// A materialized view: it can be read only by a query, and cannot be locked.
  var isView = false
  /// Whether queries of it can be planned under any search path: the planner may call functions of indexes.
  var isPlannable = true

  /// `("a", "b")`, or nothing for a table without columns that COPY carries.
  static func list(_ columns: [String]) -> String {
    columns.isEmpty ? "" : " (\(columns.map(\.asIdentifier).joined(separator: ", ")))"
  }
}
