// Properties of a database as a whole that an ordinary dump does not contain: owner, locale, limits, privileges, settings,
// comment. A newly created database loses them, so they are recorded and applied again.

import FileSystem
import Postgres

struct DatabaseProperties: Codable, Sendable {
  struct Grant: Codable, Equatable, Sendable {
    /// nil for PUBLIC.
    var grantee: String?
    var privilege: String
    var isGrantable: Bool

    static func == (one: Grant, other: Grant) -> Bool {
      one.grantee.map { ExactText($0) } == other.grantee.map { ExactText($0) }
        && one.privilege == other.privilege
        && one.isGrantable == other.isGrantable
    }
  }

  struct Setting: Codable, Equatable, Sendable {
    /// nil for all roles.
    var role: String?
    var name: String
    var value: String

    static func == (one: Setting, other: Setting) -> Bool {
      one.role.map { ExactText($0) } == other.role.map { ExactText($0) }
        && ExactText(one.name) == ExactText(other.name) && ExactText(one.value) == ExactText(other.value)
    }
  }

  var name: String
  var oid: String
  var owner: String
  var encoding: String
  var collate: String
  var characterType: String
  /// “libc”, “icu” or, since 17, “builtin”
  var localeProvider: String
  /// For “icu” and “builtin”.
  var icuLocale: String?
  /// Since 16.
  var icuRules: String?
  var tablespace: String
  var connectionLimit: Int
  /// nil if it is no template.
  var isTemplate: Bool?
  var comment: String?
  /// nil for the default privileges.
  var grants: [Grant]?
  var settings: [Setting]

  static func read(_ connection: Connection) throws -> DatabaseProperties {
    let major = connection.serverMajorVersion
    // Columns by version: datlocprovider since 15; daticulocale was renamed to datlocale in 17; daticurules since 16.
    let provider = major >= 15 ? "datlocprovider" : "'c'"
    let locale = major >= 17 ? "datlocale" : major >= 15 ? "daticulocale" : "NULL"
    let rules = major >= 16 ? "daticurules" : "NULL"
    let rows = try connection.query(
      """
      SELECT d.datname, d.oid, pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
        \(provider), \(locale), t.spcname, d.datconnlimit, shobj_description(d.oid, 'pg_database'), d.datacl IS NULL, \(rules),
        d.datistemplate
      FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = current_database()
      """)
    guard let row = rows.first else {
      throw DatabaseError(operation: "read the database's properties", message: "it is not in pg_database")
    }
    let oid = row[1] ?? ""
    let grants = try connection.query(
      """
      SELECT CASE WHEN a.grantee = 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable
      FROM pg_database d,
        aclexplode(d.datacl) WITH ORDINALITY AS a (grantor, grantee, privilege_type, is_grantable, position)
      WHERE d.oid = $1::oid ORDER BY a.position
      """, [oid]
    ).map { Grant(grantee: $0[0], privilege: $0[1] ?? "", isGrantable: $0[2] == "t") }
    let settings = try connection.query(
      """
      SELECT CASE WHEN s.setrole = 0 THEN NULL ELSE pg_get_userbyid(s.setrole) END, c.setting
      FROM pg_db_role_setting s, unnest(s.setconfig) WITH ORDINALITY AS c (setting, position)
      WHERE s.setdatabase = $1::oid ORDER BY 1 NULLS FIRST, c.position
      """, [oid]
    ).compactMap { row -> Setting? in
      row[1]?.cut(at: "=").map { Setting(role: row[0], name: String($0.before), value: String($0.after)) }
    }
    var properties = DatabaseProperties(
      name: row[0] ?? "", oid: oid, owner: row[2] ?? "", encoding: row[3] ?? "UTF8", collate: row[4] ?? "C",
      characterType: row[5] ?? "C", localeProvider: ["i": "icu", "b": "builtin"][row[6] ?? ""] ?? "libc",
      icuLocale: row[7], icuRules: row[12],
      tablespace: row[8] ?? "pg_default", connectionLimit: row[9].flatMap { Int($0) } ?? -1, comment: row[10],
      grants: row[11] == "t" ? nil : grants, settings: settings)
    properties.isTemplate = row[13] == "t" ? true : nil
    return properties
  }

  /// The `CREATE DATABASE` for an empty database with these properties.
  func creation(as name: String, serverMajor: Int, _ tablespaces: Tablespaces) -> String {
    var sql = """
      CREATE DATABASE \(name.asIdentifier) TEMPLATE template0 ENCODING \(encoding.asLiteral) \
      LC_COLLATE \(collate.asLiteral) LC_CTYPE \(characterType.asLiteral)
      """
    if serverMajor >= 15 {
      // Without it the provider would be that of template0, which depends on how the cluster was created.
      sql += " LOCALE_PROVIDER \(localeProvider)"
      if let icuLocale, localeProvider != "libc" {
        sql += " \(localeProvider.uppercased())_LOCALE \(icuLocale.asLiteral)"
      }
      if let icuRules, localeProvider == "icu" { sql += " ICU_RULES \(icuRules.asLiteral)" }
    }
    if tablespace != "pg_default" && !tablespaces.lacks(Array(tablespace.utf8)) {
      sql += " TABLESPACE \(tablespace.asIdentifier)"
    }
    return sql
  }

  /// Applies them to a database that other users may have altered.
  func reapply(to database: String, _ connection: Connection) throws {
    try connection.execute("ALTER DATABASE \(database.asIdentifier) RESET ALL")
    try giveToOwner(database, connection)
    _ = try apply(to: database, connection)
  }

  /// Gives the database to the recorded owner, if the role exists and the user has the right.
  func giveToOwner(_ database: String, _ connection: Connection) throws {
    let mayGive = try connection.query(
      // Since 16, membership alone does not allow acting for a role.
      "SELECT pg_has_role(oid, \(connection.serverMajorVersion >= 16 ? "'SET'" : "'MEMBER'")) AND rolname <> current_user FROM pg_roles WHERE rolname = $1",
      [owner]
    ).first?[0]
    guard mayGive == "t" else { return }
    try connection.execute("ALTER DATABASE \(database.asIdentifier) OWNER TO \(owner.asIdentifier)")
  }
}
