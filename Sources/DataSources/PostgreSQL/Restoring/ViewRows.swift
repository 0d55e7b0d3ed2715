// The rows of materialized views as they were recorded, however old they were. PostgreSQL fills such a view from what it reads
// today and in no other way, so the view is called a table in the catalogs while its rows go in, which takes a superuser and no other
// session sees: it is all one transaction. Others get it refreshed, and are told if that came to something else.

import ChunkStore
import Postgres

struct ViewRows {
  let load: RowLoad
  let store: Store
  let connection: Connection
  /// Whether a transaction is open, of which this is a part.
  var isInTransaction = false

  /// Fills those views that are there and are not filled yet.
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

  /// Views that hold other rows than recorded, for a user who cannot fill them.
  func stale() throws -> [TableName] {
    try load.tables.filter { view in
      let isThere =
        try connection.query("SELECT to_regclass($1) IS NOT NULL", [view.name.quoted]).first?[0] == "t"
      return try isThere
        && load.fingerprint(of: view.name, view.columns, connection, isView: true) != view.list.fingerprint
    }.map(\.name)
  }
}
