// A table, or a materialized view, as the catalogs describe it when its rows are recorded.

import Postgres

struct CatalogTable: Sendable {
  var oid: String
  var name: TableName
  /// Including large values that are stored apart (TOAST), without indexes; 0 until it is measured.
  var byteCount = 0
  /// The blocks that `ctid` counts; 0 until it is measured.
  var heapByteCount = 0
  var relfilenode: String
  var columns: [String]
  var types: [String]
  var loadThrough: TableName?
  /// The partitioned tables that it belongs to, the nearest first, and the bound of its own rows.
  var ancestors: [TableName] = []
  var bound: String?
  /// Whether it is a materialized view, which can be read only by a query and cannot be locked.
  var isView = false
  /// Whether queries of it can be planned under any search path: the planner may call functions that indexes use.
  var isPlannable = true

  /// `("a", "b")`, or nothing for a table without columns that COPY carries.
  static func list(_ columns: [String]) -> String {
    columns.isEmpty ? "" : " (\(columns.map(\.asIdentifier).joined(separator: ", ")))"
  }
}
