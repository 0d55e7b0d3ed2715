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
      SELECT current_setting('server_version'), pg_database_size(current_database()), r.rolsuper OR r.rolcreatedb,
        r.rolsuper
      FROM pg_roles r WHERE r.rolname = current_user
      """
    ).first
    var (limits, obstacle) = ([String](), String?.none)
    var details: [String] = []
    do {
      let programs = try ClientPrograms.locate(
        serverMajor: connection.serverMajorVersion, prefix: located.clientPrefix)
      details.append("pg_dump \(programs.majorVersion)")
    } catch let problem as ClientPrograms.Problem {
      obstacle = "no checkpoint of it can be taken: \(problem)"
    }
    if row?[2] == "f" {
      limits.append(
        "the role \(connection.userName) has no CREATEDB: a rollback restores in place, which takes longer, and there are"
          + " no proofs and no warm clones")
    }
    // What only a superuser can restore is named by the plan of a rollback, if there is anything.
    let rights =
      row?[3] == "t"
      ? "a superuser" : row?[2] == "t" ? "may create databases, is no superuser" : "no superuser"
    details.append("role \(connection.userName): \(rights)")
    return SourceOutlook(
      label: "\(located.parameters.with(database: connection.databaseName))",
      server: row?[0].map { "PostgreSQL \($0)" }, byteCount: row?[1].flatMap { Int($0) } ?? 0, limits: limits,
      obstacle: obstacle, details: details)
  }
}
