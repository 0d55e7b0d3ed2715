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
    try setSearchPath(standardPath())
    let result = try body()
    try setSearchPath("pg_catalog")
    return result
  }

  // The path may be a stranger's, with functions of the same names in it: calls under it are qualified.

  func searchPath() throws -> String {
    try query("SELECT pg_catalog.current_setting('search_path')").first?[0] ?? ""
  }

  /// - Parameter isOfSession: beyond the end of the transaction.
  func setSearchPath(_ path: String, ofSession isOfSession: Bool = false) throws {
    _ = try query("SELECT pg_catalog.set_config('search_path', $1, \(!isOfSession))", [path])
  }
}
