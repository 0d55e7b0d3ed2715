// Risks for restoring a database that the catalogs show when a checkpoint is taken: what a rollback will refuse, what will
// be restored differently, what was not recorded. The proof in the background finds what only a trial can show.

import Postgres

struct DatabaseRisks {
  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// - Parameter unreadable: tables of extensions that the user may not read.
  /// - Returns: the risks, one line each.
  func all(unreadable: [TableName]) throws -> [String] {
    try unreadable.map {
      "rows of \($0.display), which belongs to an extension, are not recorded: no right to read it"
    }
      + connection.query(sql, ExtensionsOfOneDatabase.arguments).compactMap { $0[0] }
  }

  /// - Parameter name: the extension's.
  static func oneDatabaseOnly(_ name: String) -> String {
    "this server allows \(name) in one database only: a rollback restores this one in place"
  }

  private var sql: String {
    """
    SELECT format('\(Self.oneDatabaseOnly("%s"))', extname)
    FROM pg_extension WHERE EXISTS (SELECT FROM pg_settings s, unnest($1::text[], $2::text[]) b (extension, setting)
      WHERE b.extension = extname AND b.setting = s.name)
    UNION ALL
    SELECT format('version %s of the extension %s is not installed on this server any more: a rollback takes the one that is',
      extversion, extname) FROM pg_extension
    -- Asking for versions reads all control files, once and only if there is an extension to ask about.
    WHERE extname <> 'plpgsql' AND format('%s %s', extname, extversion) <> ALL (ARRAY(
      SELECT format('%s %s', name, version) FROM pg_available_extension_versions))
    UNION ALL
    SELECT format('the subscription %s has to be dropped before a rollback', subname) FROM pg_subscription s
    JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
    UNION ALL
    SELECT format('the replication slot %s has to be dropped before a rollback', slot_name) FROM pg_replication_slots
    WHERE database = current_database() AND NOT temporary
    UNION ALL
    SELECT format('rows of %s cannot come back: nothing can be read into its column %s of the type %s', attrelid::regclass, attname,
      atttypid::regtype) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND a.atttypid IN (SELECT oid FROM pg_type WHERE typinput::oid IN (SELECT oid FROM pg_proc WHERE proname IN (
        'pg_node_tree_in', 'pg_ndistinct_in', 'pg_dependencies_in', 'pg_mcv_list_in', 'pg_ddl_command_in', 'brin_bloom_summary_in',
        'brin_minmax_multi_summary_in')))
    UNION ALL
    SELECT format('the index %s is invalid, so it is not recorded: drop it, or REINDEX', indexrelid::regclass)
    FROM pg_index x JOIN pg_class c ON c.oid = indexrelid WHERE c.relkind = 'i' AND NOT (indisvalid AND indisready) AND indexrelid >= 16384
    \(collation)\(detaching)
    """
  }

  /// Exists since version 14.
  private var detaching: String {
    if connection.serverMajorVersion < 14 { return "" }
    return """

      UNION ALL
      SELECT format('%s is half detached from %s, and comes back attached: ALTER TABLE ... DETACH PARTITION ... FINALIZE',
        inhrelid::regclass, inhparent::regclass) FROM pg_inherits WHERE inhdetachpending
      """
  }

  /// Exists since version 15.
  private var collation: String {
    if connection.serverMajorVersion < 15 { return "" }
    return """
      UNION ALL
      SELECT format('its texts were sorted by version %s of the collation, the server has %s now: REINDEX, and ALTER DATABASE %I REFRESH COLLATION VERSION',
        datcollversion, pg_database_collation_actual_version(oid), datname) FROM pg_database
      WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
      """
  }
}
