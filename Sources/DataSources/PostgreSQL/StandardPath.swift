// The search_path that a session of this database and role begins with. Ours is empty but for the server's own names, so
// that nothing is taken for something else; but functions in constraints, indexes and views may find names by the
// path that everybody else has.

import Postgres

extension Connection {
  /// As the server would set it again by RESET.
  func standardPath() throws -> String {
    try query("SELECT reset_val FROM pg_settings WHERE name = 'search_path'").first?[0] ?? ""
  }

  /// Runs `body` under that path, inside of a transaction. Names in statements must be qualified all the same.
  func underStandardPath<Result>(_ body: () throws -> Result) throws -> Result {
    _ = try query("SELECT set_config('search_path', $1, true)", [standardPath()])
    let result = try body()
    _ = try query("SELECT set_config('search_path', 'pg_catalog', true)")
    return result
  }
}
