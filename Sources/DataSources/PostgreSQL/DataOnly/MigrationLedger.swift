// Tables in which migration tools record what they have done to the schema. Their rows belong to the present schema: with
// old rows the next migration would repeat what is already there. They are recognized by name and columns together, so a
// project's own table with such a name is ordinary data.
//
// Ledgers of seeds and of data migrations are missing on purpose: they are about rows, not definitions.

struct MigrationLedger {
  let tool: String
  /// In lower case, perhaps with wildcards: some tools add a prefix.
  private let names: [String]
  private let required: Set<String>
  private let optional: Set<String>

  private init(_ tool: String, _ names: String, _ required: String, optional: String = "") {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    (self.tool, self.names) = (tool, words(names))
    (self.required, self.optional) = (Set(words(required)), Set(words(optional)))
  }

  /// The tool whose ledger the table is; nil for data.
  static func tool(of name: TableName, columns: [String]) -> String? {
    all.first { $0.matches(name.name.lowercased(), Set(columns.map { $0.lowercased() })) }?.tool
  }

  /// Later versions of a tool may add columns. If a ledger has few known columns, all its columns must be known.
  private func matches(_ name: String, _ columns: Set<String>) -> Bool {
    guard required.isSubset(of: columns), names.contains(where: { NamePattern.matches($0, name) }) else {
      return false
    }
    return required.count > 3 || columns.isSubset(of: required.union(optional))
  }

  private static let all = frameworks + programs + services

  /// Ledgers of frameworks and their libraries.
  private static let frameworks: [MigrationLedger] = [
    .init("Django", "django_migrations", "id app name applied"),
    .init("Rails or dbmate", "schema_migrations", "version", optional: "finished_at"),
    .init("Rails", "ar_internal_metadata", "key value created_at updated_at"),
    .init("Discourse", "schema_migration_details", "version name git_version rails_version"),
    .init("Sequel", "schema_migrations", "filename"), .init("Sequel", "schema_info", "version"),
    .init("Laravel", "migrations *_migrations", "id migration batch"),
    .init("Doctrine", "doctrine_migration_versions", "version executed_at execution_time"),
    .init("Doctrine", "migration_versions", "version", optional: "executed_at"),
    .init("Phinx", "phinxlog *_phinxlog", "version migration_name start_time end_time"),
    .init("CakePHP", "cake_migrations", "version migration_name start_time end_time"),
    .init("Yii", "migration", "version apply_time"),
    .init("Ecto", "schema_migrations migrations", "version inserted_at"),
    .init("Entity Framework", "__efmigrationshistory", "migrationid productversion"),
    .init("Entity Framework", "__efmigrationshistory", "migration_id product_version"),
    .init("Entity Framework", "__migrationhistory", "migrationid contextkey model productversion"),
    .init("Play", "play_evolutions", "id hash applied_at apply_script revert_script state"),
    .init("Play", "play_evolutions_lock", "lock"),
    .init("Fluent", "_fluent_migrations", "id name batch created_at updated_at"),
    .init("SeaORM", "seaql_migrations", "version applied_at"),
    .init("Diesel", "__diesel_schema_migrations", "version run_on"),
    .init("sqlx", "_sqlx_migrations", "version description installed_on success checksum execution_time"),
    .init("refinery", "refinery_schema_history", "version name applied_on checksum"),
    .init("Alembic", "alembic_version alembic_version_* *_alembic_version", "version_num"),
    .init("Aerich", "aerich", "id version app content"),
    .init("Peewee", "migratehistory", "id name migrated_at"),
    .init("Prisma", "_prisma_migrations", "id checksum migration_name started_at applied_steps_count"),
    .init("Drizzle", "__drizzle_migrations*", "id hash created_at", optional: "name applied_at"),
    .init("Knex", "*knex_migrations*", "id name batch migration_time"),
    .init("Knex", "*knex_migrations*", "index is_locked"),
    .init("Sequelize", "sequelizemeta", "name", optional: "createdat updatedat created_at updated_at"),
    .init("TypeORM", "migrations *_migrations", "id timestamp name"),
    .init("TypeORM", "typeorm_metadata", "type database schema table name value"),
    .init("MikroORM", "mikro_orm_migrations", "id name executed_at"),
    .init("Kysely", "kysely_migration", "name timestamp"),
    .init("Kysely", "kysely_migration_lock", "id is_locked"),
    .init("Bun", "bun_migrations", "id name group_id migrated_at"),
    .init("Bun", "bun_migration_locks", "id table_name"),
    .init("gormigrate", "migrations", "id"), .init("sql-migrate", "gorp_migrations", "id applied_at"),
  ]

  /// Ledgers of standalone programs.
  private static let programs: [MigrationLedger] = [
    .init(
      "Flyway", "flyway_schema_history schema_version",
      "installed_rank version description type script checksum installed_on success"),
    .init(
      "Liquibase", "databasechangelog", "id author filename dateexecuted orderexecuted exectype md5sum"),
    .init("Liquibase", "databasechangeloglock", "id locked lockgranted lockedby"),
    .init("golang-migrate", "schema_migrations", "version dirty"),
    .init("goose", "goose_db_version", "id version_id is_applied tstamp"),
    .init("Atlas", "atlas_schema_revisions", "version description applied total executed_at hash"),
    .init("tern", "schema_version", "version"),
    .init("pop", "schema_migration", "version", optional: "version_self"),
    .init("node-pg-migrate", "pgmigrations", "id name run_on"),
    .init("db-migrate", "migrations", "id name run_on"),
    .init("postgres-migrations", "migrations", "id name hash executed_at"),
    .init("Graphile Migrate", "migrations", "hash previous_hash filename date"),
    .init("Graphile Migrate", "current", "filename content date"),
    .init("pgroll", "migrations", "schema name migration parent done"),
    .init("yoyo", "_yoyo_migration", "migration_hash migration_id applied_at_utc"),
    .init("yoyo", "_yoyo_log", "id migration_hash migration_id operation created_at_utc"),
    .init("yoyo", "_yoyo_version", "version installed_at_utc"),
    .init("yoyo", "yoyo_lock", "locked ctime pid"),
    .init("DbUp", "schemaversions", "schemaversionsid scriptname applied"),
    .init("FluentMigrator", "versioninfo", "version appliedon description"),
    .init("Evolve", "changelog", "id version description checksum installed_on success"),
    .init("MyBatis", "changelog", "id applied_at description"),
    .init("Migratus", "schema_migrations", "id applied description"),
    .init("Ragtime", "ragtime_migrations", "id created_at"),
    .init("Sqitch", "changes", "change_id change project committed_at planned_at", optional: ""),
    .init("Sqitch", "events", "event change_id change project committed_at"),
    .init("Sqitch", "tags", "tag_id tag project change_id committed_at"),
    .init("Sqitch", "dependencies", "change_id type dependency dependency_id"),
    .init("Sqitch", "projects", "project uri created_at creator_name creator_email"),
    .init("Sqitch", "releases", "version installed_at installer_name installer_email"),
  ]

  /// Ledgers of services that keep tables of their own in a project's database.
  private static let services: [MigrationLedger] = [
    .init(
      "Supabase", "schema_migrations", "version statements",
      optional: "name created_by idempotency_key rollback"),
    .init("Hasura", "hdb_version", "hasura_uuid version upgraded_on cli_state"),
    .init("Hasura", "migration_settings", "setting value"),
    .init("Strapi", "strapi_migrations strapi_migrations_internal", "id name time"),
    .init("Directus", "directus_migrations", "version name timestamp"),
    .init("Payload", "payload_migrations", "id name batch updated_at created_at"),
    .init("Keycloak", "migration_model", "id version update_time"),
    .init("Graphile Worker", "migrations", "id ts", optional: "breaking"),
    .init("River", "river_migration", "version created_at", optional: "id line"),
    .init("pg-boss", "version", "version maintained_on", optional: "cron_on monitored_on bam_on flow_on"),
  ]
}
