// Restores the rows of materialized views as they were recorded, however old they were. PostgreSQL fills such a view only by
// its query, so while its rows are loaded the catalogs are changed to call the view a table. That takes a superuser, and
// happens in one transaction, so no other session sees it. For other users the view is refreshed, with a remark if that
// gives other rows.

import ChunkStore
import Postgres

struct ViewRows {
  let load: RowLoad
  let store: Store
  let connection: Connection
  /// Whether this runs in an open transaction.
  var isInTransaction = false

  /// Fills views that exist and are not filled yet.
  func fill() throws {
    let reader = ChunkReader(store)
    for view in load.tables {
      let found = try connection.query(
        "SELECT oid FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'm' AND NOT relispopulated",
        [view.name.quoted])
      guard let oid = found.first?[0] else { continue }
      try connection.attempt(isInTransaction: isInTransaction) {
        func become(_ kind: String) throws {
          _ = try connection.query(
            "UPDATE pg_class SET relkind = $2::\"char\", relispopulated = true WHERE oid = $1::oid",
            [oid, kind])
        }
        try become("r")
        if !view.list.chunks.isEmpty { try load.load(view, connection, reader, .ready) { _ in } }
        try become("m")
      }
    }
  }

  static func staleNote(_ view: TableName) -> String {
    "the materialized view \(view.display) was not up to date and is now: only a superuser can bring its old rows back"
  }

  /// Views with other rows than recorded, for a user who cannot fill them.
  func stale() throws -> [TableName] {
    try load.tables.filter { view in
      let isThere =
        try connection.query("SELECT to_regclass($1) IS NOT NULL", [view.name.quoted]).first?[0] == "t"
      return try isThere
        && load.fingerprint(of: view.name, view.columns, connection, isView: true) != view.list.fingerprint
    }.map(\.name)
  }
}
