// What can be seen of a server outside of one database: compared before and after an import, it tells what the file did there.

import Postgres

struct ServerPicture {
  private let facts: [String: String]

  /// Databases and roles of our own come and go meanwhile.
  private static let ours = "'_[a-z_]+_[0-9]{8}_[0-9]{6}_[0-9a-f]+$'"

  /// - Parameter scratch: a database whose prepared transactions count whoever they belong to.
  init(_ connection: Connection, scratch: String) throws {
    var queries = [
      """
      SELECT 'the role ' || quote_ident(rolname), (to_jsonb(r) - 'oid' - 'rolpassword')::text FROM pg_roles r
      WHERE rolname !~ \(Self.ours)
      """,
      """
      SELECT concat_ws(' ', 'the membership of', m.member::regrole, 'in', m.roleid::regrole, 'granted by', m.grantor::regrole),
        (to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor')::text FROM pg_auth_members m
      WHERE m.roleid::regrole::text !~ \(Self.ours)
      """,
      """
      SELECT 'the database ' || quote_ident(datname),
        concat_ws(' ', d.datdba::regrole, datacl, datallowconn, datistemplate, datconnlimit, dattablespace,
          (SELECT string_agg(concat_ws(' ', nullif(setrole, 0)::regrole, setconfig), '; ' ORDER BY setrole)
            FROM pg_db_role_setting WHERE setdatabase = d.oid)) FROM pg_database d
      WHERE datname !~ \(Self.ours)
      """,
      """
      SELECT 'the prepared transaction ' || quote_literal(gid), '' FROM pg_prepared_xacts
      WHERE database = \(scratch.asLiteral) OR owner = current_user
      """,
      "SELECT 'the tablespace ' || quote_ident(spcname), concat_ws(' ', spcowner::regrole, spcacl, spcoptions) FROM pg_tablespace",
    ]
    let mayReadFiles =
      try connection.query("SELECT has_function_privilege('pg_show_all_file_settings()', 'EXECUTE')").first?[
        0] == "t"
    queries.append(
      mayReadFiles
        ? "SELECT 'the server setting ' || name || coalesce(' in ' || sourcefile, ''), setting FROM pg_file_settings"
        : "SELECT 'the server setting ' || name, setting FROM pg_settings WHERE source = 'configuration file'"
    )
    if connection.serverMajorVersion >= 15 {
      queries.append("SELECT 'the parameter ' || parname, paracl::text FROM pg_parameter_acl")
    }
    let rows = try connection.query(queries.joined(separator: " UNION ALL "))
    facts = Dictionary(rows.map { ($0[0] ?? "", $0[1] ?? "") }) { $0 + "\n" + $1 }
  }

  /// What came, went or changed.
  /// - Parameter countsAll: databases and roles without special rights, too, which other users make and drop all the time.
  func differences(since earlier: ServerPicture, countsAll: Bool) -> [String] {
    let names = Set(facts.keys).union(earlier.facts.keys).sorted()
    return names.compactMap { name in
      switch (earlier.facts[name], facts[name]) {
      case (nil, let new?): countsAll || Self.counts(name, new) ? "\(name) is new" : nil
      case (let old?, nil): countsAll || Self.counts(name, old) ? "\(name) is gone" : nil
      case (let before, let after) where before != after: "\(name) has changed"
      default: nil
      }
    }
  }

  private static func counts(_ name: String, _ fact: String) -> Bool {
    if name.hasPrefix("the database ") { return false }
    if !name.hasPrefix("the role ") { return true }
    return ["super", "createrole", "bypassrls", "replication"].contains {
      fact.contains("\"rol\($0)\": true")
    }
  }
}
