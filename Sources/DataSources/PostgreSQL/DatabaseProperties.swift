// What belongs to a database as a whole and is in no ordinary dump of it: owner, locale, limits, GRANTs,
// settings, comment. A database that is made anew loses them, so they are recorded and applied again.

import Postgres

struct DatabaseProperties: Codable, Sendable {
  struct Grant: Codable, Equatable, Sendable {
    /// nil for PUBLIC.
    var grantee: String?
    var privilege: String
    var isGrantable: Bool
  }

  struct Setting: Codable, Equatable, Sendable {
    /// nil for all roles.
    var role: String?
    var name: String
    var value: String
  }

  var name: String
  var oid: String
  var owner: String
  var encoding: String
  var collate: String
  var characterType: String
  /// “libc” or “icu”
  var localeProvider: String
  var icuLocale: String?
  var tablespace: String
  var connectionLimit: Int
  var comment: String?
  /// nil for the default privileges.
  var grants: [Grant]?
  var settings: [Setting]

  static func read(_ connection: Connection) throws -> DatabaseProperties {
    let major = connection.serverMajorVersion
    // Columns by version: datlocprovider since 15; daticulocale was renamed to datlocale in 17.
    let provider = major >= 15 ? "datlocprovider" : "'c'"
    let locale = major >= 17 ? "datlocale" : major >= 15 ? "daticulocale" : "NULL"
    let rows = try connection.query(
      """
      SELECT d.datname, d.oid, pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
        \(provider), \(locale), t.spcname, d.datconnlimit, shobj_description(d.oid, 'pg_database'), d.datacl IS NULL
      FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = current_database()
      """)
    guard let row = rows.first, row.count == 12 else {
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
      guard let text = row[1], let equals = text.firstIndex(of: "=") else { return nil }
      return Setting(
        role: row[0], name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }
    return DatabaseProperties(
      name: row[0] ?? "", oid: oid, owner: row[2] ?? "", encoding: row[3] ?? "UTF8", collate: row[4] ?? "C",
      characterType: row[5] ?? "C", localeProvider: row[6] == "i" ? "icu" : "libc", icuLocale: row[7],
      tablespace: row[8] ?? "pg_default", connectionLimit: row[9].flatMap { Int($0) } ?? -1, comment: row[10],
      grants: row[11] == "t" ? nil : grants, settings: settings)
  }

  /// `CREATE DATABASE` for an empty one of the same kind.
  func creation(as name: String, serverMajor: Int) -> String {
    var sql = """
      CREATE DATABASE \(name.asIdentifier) TEMPLATE template0 ENCODING \(encoding.asLiteral) \
      LC_COLLATE \(collate.asLiteral) LC_CTYPE \(characterType.asLiteral)
      """
    if serverMajor >= 15 && localeProvider == "icu", let icuLocale {
      sql += " LOCALE_PROVIDER icu ICU_LOCALE \(icuLocale.asLiteral)"
    }
    if tablespace != "pg_default" { sql += " TABLESPACE \(tablespace.asIdentifier)" }
    return sql
  }

  /// Makes the recorded owner the owner, if the role still exists and we may.
  func giveToOwner(_ database: String, _ connection: Connection) throws {
    let mayGive = try connection.query(
      "SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = $1", [owner]
    ).first?[0]
    guard mayGive == "t", owner != connection.userName else { return }
    try connection.execute("ALTER DATABASE \(database.asIdentifier) OWNER TO \(owner.asIdentifier)")
  }

  /// Gives the properties to a database. What names a role that is gone is left out and reported.
  /// - Parameter present: what the database has now; only the difference is applied. nil for a new one.
  func apply(
    to database: String, over present: DatabaseProperties? = nil, _ connection: Connection
  ) throws -> [String] {
    let roles = Set(try connection.query("SELECT rolname FROM pg_roles").compactMap { $0[0] })
    let target = database.asIdentifier
    var notes: [String] = []
    func known(_ role: String?, _ what: String) -> Bool {
      guard let role, !roles.contains(role) else { return true }
      notes.append("the role \(role) does not exist any more: \(what) left out")
      return false
    }
    var statements: [String] = []
    if connectionLimit != present?.connectionLimit ?? -1 {
      statements.append("ALTER DATABASE \(target) CONNECTION LIMIT \(connectionLimit)")
    }
    if comment != present?.comment {
      statements.append("COMMENT ON DATABASE \(target) IS \(comment?.asLiteral ?? "NULL")")
    }
    if settings != present?.settings ?? [] {
      for subject in Set((present?.settings ?? []).map { $0.subject(target) }).sorted() {
        statements.append("ALTER \(subject) RESET ALL")
      }
      for setting in settings where known(setting.role, "its setting \(setting.name)") {
        statements.append(
          "ALTER \(setting.subject(target)) SET \(setting.name.asSettingName) = \(setting.asValue)")
      }
    }
    if grants != present?.grants {
      let holder = (present?.owner ?? owner).asIdentifier
      let isHolderKnown = roles.contains(present?.owner ?? owner)
      let others = Set(
        (present?.grants ?? []).map(\.quotedGrantee) + ["PUBLIC"] + (isHolderKnown ? [holder] : [])
      ).sorted()
      statements.append("REVOKE ALL ON DATABASE \(target) FROM \(others.joined(separator: ", "))")
      if grants == nil {
        statements.append("GRANT CONNECT, TEMPORARY ON DATABASE \(target) TO PUBLIC")
        statements.append("GRANT ALL ON DATABASE \(target) TO \(holder)")
      }
      for grant in grants ?? [] where known(grant.grantee, "its privilege \(grant.privilege)") {
        let option = grant.isGrantable ? " WITH GRANT OPTION" : ""
        statements.append(
          "GRANT \(grant.privilege) ON DATABASE \(target) TO \(grant.quotedGrantee)\(option)")
      }
    }
    for statement in statements { try connection.execute(statement) }
    if owner != present?.owner ?? connection.userName && known(owner, "ownership") {
      try giveToOwner(database, connection)
    }
    return notes
  }
}

extension DatabaseProperties.Grant {
  fileprivate var quotedGrantee: String { grantee?.asIdentifier ?? "PUBLIC" }
}

extension DatabaseProperties.Setting {
  /// What `ALTER` names: the database, or a role in it.
  fileprivate func subject(_ database: String) -> String {
    role.map { "ROLE \($0.asIdentifier) IN DATABASE \(database)" } ?? "DATABASE \(database)"
  }

  /// Settings that are lists of names are stored as identifiers in quotes where they need them, as pg_dump knows,
  /// too; an empty one among them can only be written as a literal.
  fileprivate var asValue: String {
    let lists = [
      "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries",
      "temp_tablespaces", "unix_socket_directories",
    ]
    if !lists.contains(name.lowercased()) { return value.asLiteral }
    let names = Self.identifiers(in: value)
    return names.isEmpty ? "''" : names.map(\.asLiteral).joined(separator: ", ")
  }

  /// The names in a list such as `public, "a, b", ""`.
  static func identifiers(in list: String) -> [String] {
    var names: [String] = []
    var rest = list.unicodeScalars[...]
    while true {
      rest = rest.drop { $0.properties.isWhitespace }
      var name = String.UnicodeScalarView()
      if rest.first == "\"" {
        rest.removeFirst()
        while let scalar = rest.popFirst() {
          if scalar == "\"" {
            guard rest.first == "\"" else { break }
            rest.removeFirst()
          }
          name.append(scalar)
        }
      } else {
        name.append(contentsOf: rest.prefix { $0 != "," && !$0.properties.isWhitespace })
        if name.isEmpty { return names }
        rest.removeFirst(name.count)
      }
      names.append(String(name))
      rest = rest.drop { $0.properties.isWhitespace }
      guard rest.popFirst() == "," else { return names }
    }
  }
}

extension String {
  /// A setting's name may have a prefix, as in `app.tenant`.
  fileprivate var asSettingName: String {
    split(separator: ".").map { String($0).asIdentifier }.joined(separator: ".")
  }
}
