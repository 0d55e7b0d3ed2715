// The search_path with which a session of this database and role begins. Ours has only the server's own schemas, so that no
// name can be hijacked; but functions in constraints, indexes and views may find names by the usual path.

import Postgres

extension Connection {
  /// The value that RESET would set.
  func standardPath() throws -> String {
    try query("SELECT reset_val FROM pg_settings WHERE name = 'search_path'").first?[0] ?? ""
  }

  /// Runs `body` under that path, in a transaction. Names in its statements must be qualified all the same.
  func underStandardPath<Result>(_ body: () throws -> Result) throws -> Result {
    try setSearchPath(standardPath())
    let result = try body()
    try setSearchPath("pg_catalog")
    return result
  }

  // The path may have functions of other users with the same names, so calls under it are qualified.

  func searchPath() throws -> String {
    try query("SELECT pg_catalog.current_setting('search_path')").first?[0] ?? ""
  }

  /// - Parameter isOfSession: whether it holds for the session, not only for the transaction.
  func setSearchPath(_ path: String, ofSession isOfSession: Bool = false) throws {
    _ = try query("SELECT pg_catalog.set_config('search_path', $1, \(!isOfSession))", [path])
  }
}
