// A description of a server outside one database. Comparing it before and after an import shows what the file changed there.

import FileSystem
import Postgres

struct ServerPicture {
  private let facts: [String: String]

  /// Databases of ours, which may be created and dropped meanwhile.
  private static let ours = "'_[a-z_]+_[0-9]{8}_[0-9]{6}_[0-9a-f]+$'"
  /// Roles of imports, which have no rights.
  private static let isImportRole =
    "rolname ~ '^checkpoint_import_[0-9]{8}_[0-9]{6}_[0-9a-f]+$' AND NOT (rolsuper OR rolcreaterole OR rolcreatedb"
    + " OR rolreplication OR rolbypassrls)"

  /// - Parameter scratch: a database whose prepared transactions count, whichever role they belong to.
  init(_ connection: Connection, scratch: String) throws {
    var queries = [
      """
      SELECT 'the role ' || quote_ident(rolname), (to_jsonb(r) - 'oid' - 'rolpassword')::text FROM pg_roles r
      WHERE NOT (\(Self.isImportRole))
      """,
      """
      SELECT concat_ws(' ', 'the membership of', m.member::regrole, 'in', m.roleid::regrole, 'granted by', m.grantor::regrole),
        (to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor')::text FROM pg_auth_members m
      WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = m.roleid AND \(Self.isImportRole))
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
      "SELECT 'the replication slot ' || slot_name, concat_ws(' ', plugin, database) FROM pg_replication_slots WHERE NOT temporary",
      """
      SELECT concat('the comment on ', d.classoid::regclass, ' ', d.objoid), d.description FROM pg_shdescription d
      WHERE NOT EXISTS (SELECT FROM pg_database b WHERE b.oid = d.objoid AND b.datname ~ \(Self.ours))
      """,
      "SELECT concat('the security label of ', classoid::regclass, ' ', objoid), label FROM pg_shseclabel",
    ]
    if try connection.query("SELECT has_table_privilege('pg_authid', 'SELECT')").first?[0] == "t" {
      queries.append(
        """
        SELECT 'the password of ' || quote_ident(rolname), md5(rolpassword) FROM pg_authid
        WHERE rolpassword IS NOT NULL AND NOT (\(Self.isImportRole))
        """)
    }
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

  /// What was added, removed or changed.
  /// - Parameter countsAll: whether to include what other users create, change and drop all the time: databases, roles
  ///   without special rights, slots, comments.
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
    let common = ["database", "replication slot", "comment on", "security label of", "password of"]
    if common.contains(where: { name.hasExactly(prefix: "the \($0) ") }) { return false }
    if !name.hasExactly(prefix: "the role ") { return true }
    return ["super", "createrole", "bypassrls", "replication"].contains {
      fact.contains("\"rol\($0)\": true")
    }
  }
}
