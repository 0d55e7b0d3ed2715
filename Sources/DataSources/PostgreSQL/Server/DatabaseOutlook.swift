// What `init` and `status` report about a database before the first checkpoint: what it is, and what it prevents this
// program from doing.

import Checkpoints
import Postgres

extension PostgreSQLSource {
  /// Connects, and reports what is there.
  package func outlook() throws -> SourceOutlook {
    let connection = try connect()
    let row = try connection.query(
      """
      SELECT current_setting('server_version'), pg_database_size(current_database()), r.rolsuper OR r.rolcreatedb
      FROM pg_roles r WHERE r.rolname = current_user
      """
    ).first
    var (limits, obstacle) = ([String](), String?.none)
    do {
      _ = try ClientPrograms.locate(serverMajor: connection.serverMajorVersion, prefix: located.clientPrefix)
    } catch let problem as ClientPrograms.Problem {
      obstacle = "no checkpoint of it can be taken: \(problem)"
    }
    if row?[2] == "f" {
      limits.append(
        "the role \(connection.userName) has no CREATEDB: a rollback restores in place, which takes longer, and there are"
          + " no proofs and no warm clones")
    }
    return SourceOutlook(
      label: "\(located.parameters.with(database: connection.databaseName))",
      server: row?[0].map { "PostgreSQL \($0)" }, byteCount: row?[1].flatMap { Int($0) } ?? 0, limits: limits,
      obstacle: obstacle)
  }
}
