// The role that a dump is restored as: created for the import without any rights but those on the scratch database, which it
// owns, and dropped afterwards. It has its own login: a session that only acts for it could switch back.

import Glibc
import Postgres

struct ImportRole {
  private static let prefix = "checkpoint_import_"

  static func name(for token: String) -> String { prefix + token }

  let name: String
  let connection: Connection
  private let access: ServerAccess

  /// Creates the role, gives it the scratch database and logs in.
  /// - Returns: nil, with a reason, if the user's own role may not create others, or the server does not let this one in.
  static func make(
    _ token: String, for database: String, _ access: ServerAccess, without reason: inout String
  ) throws -> ImportRole? {
    let maintenance = try access.maintenanceConnection()
    let rights = try maintenance.query(
      "SELECT rolsuper, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).first
    guard rights?[1] == "t" else {
      reason = "the database user may not make a role without rights for it"
      return nil
    }
    let name = name(for: token)
    let password = newPassword()
    let verifier = try maintenance.encrypted(password: password, of: name)
    try maintenance.execute(
      """
      CREATE ROLE \(name.asIdentifier) LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
        PASSWORD \(verifier.asLiteral)
      """)
    do {
      if rights?[0] != "t" {
        let options = access.serverMajor >= 16 ? " WITH INHERIT TRUE, SET TRUE" : ""
        try maintenance.execute("GRANT \(name.asIdentifier) TO CURRENT_USER\(options)")
      }
      try maintenance.execute("ALTER DATABASE \(database.asIdentifier) OWNER TO \(name.asIdentifier)")
      var parameters = access.parameters.with(database: database)
      parameters.values["user"] = name
      parameters.values["password"] = password
      // These belong to the user's own sessions, and not to this role.
      for key in ["sslcert", "sslkey", "sslpassword", "passfile"] { parameters.values[key] = nil }
      let connection = try Connection.open(parameters, timeout: access.source.limits.connect)
      return ImportRole(name: name, connection: connection, access: access)
    } catch  where error.isNotLetIn || error.isPermission {
      reason = "the server does not let a role without rights in (\(error.message))"
      try drop(name, owning: database, access)
      return nil
    } catch {
      try? drop(name, owning: database, access)
      throw error
    }
  }

  /// 32 random letters and digits.
  private static func newPassword() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    var generator = SystemRandomNumberGenerator()
    return String((0..<32).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
  }

  /// Gives the scratch database to the user's own role, and drops this one.
  func drop(owning database: String) throws { try Self.drop(name, owning: database, access) }

  private static func drop(_ name: String, owning database: String, _ access: ServerAccess) throws {
    let connection = try access.maintenanceConnection()
    let isThere = try connection.query("SELECT FROM pg_roles WHERE rolname = $1", [name])
    if isThere.isEmpty { return }
    let owns = try connection.query(
      "SELECT FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = $1 AND r.rolname = $2",
      [database, name])
    if !owns.isEmpty {
      try connection.execute("ALTER DATABASE \(database.asIdentifier) OWNER TO CURRENT_USER")
    }
    // If something elsewhere depends on it, it cannot be dropped, but it must not allow logging in.
    try connection.execute("ALTER ROLE \(name.asIdentifier) NOLOGIN PASSWORD NULL")
    _ = try connection.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [name])
    try connection.execute("DROP ROLE \(name.asIdentifier)")
  }

  /// Drops roles of imports whose processes are dead, after their databases.
  static func dropAbandoned(_ access: ServerAccess) throws {
    let connection = try access.maintenanceConnection()
    let names = try connection.query(
      """
      SELECT r.rolname FROM pg_roles r, pg_roles me WHERE me.rolname = current_user
        AND (me.rolsuper OR me.rolcreaterole AND pg_has_role(r.oid, 'MEMBER'))
        AND r.rolname ~ '^\(prefix)[0-9]{8}_[0-9]{6}_[0-9a-f]+$'
        AND NOT EXISTS (SELECT FROM pg_shdepend s WHERE s.refobjid = r.oid AND s.refclassid = 'pg_authid'::regclass)
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.usename <> r.rolname
          AND starts_with(a.application_name, 'checkpoint ' || substr(r.rolname, length($1) + 1)))
      """, [prefix]
    ).compactMap { $0[0] }
    // This is only cleaning up, and another process may be doing the same.
    for name in names { try? connection.execute("DROP ROLE \(name.asIdentifier)") }
  }
}
