// The pieces of which a data-only restore is made: ledgers by name and shape, requests of older journals.

import FoundationEssentials
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Rows only, in pieces")
struct DataOnlyPieceTests {
  @Test(
    "a ledger is known by its name and its columns, whatever their case",
    arguments: [
      ("django_migrations", "id app name applied", "Django"), ("alembic_version", "version_num", "Alembic"),
      ("schema_migrations", "version", "Rails or dbmate"),
      ("schema_migrations", "version dirty", "golang-migrate"),
      ("schema_migrations", "version inserted_at", "Ecto"),
      ("schema_migrations", "version statements name", "Supabase"),
      ("ar_internal_metadata", "key value created_at updated_at", "Rails"),
      (
        "flyway_schema_history",
        "installed_rank version description type script checksum installed_by installed_on execution_time success",
        "Flyway"
      ),
      ("DATABASECHANGELOGLOCK", "ID LOCKED LOCKGRANTED LOCKEDBY", "Liquibase"),
      (
        "_prisma_migrations",
        "id checksum finished_at migration_name logs rolled_back_at started_at applied_steps_count", "Prisma"
      ),
      ("__drizzle_migrations", "id hash created_at", "Drizzle"),
      ("knex_migrations_lock", "index is_locked", "Knex"),
      ("SequelizeMeta", "name", "Sequelize"), ("migrations", "id timestamp name", "TypeORM"),
      ("migrations", "id migration batch", "Laravel"),
      ("goose_db_version", "id version_id is_applied tstamp", "goose"),
      ("__diesel_schema_migrations", "version run_on", "Diesel"),
      ("_sqlx_migrations", "version description installed_on success checksum execution_time", "sqlx"),
      ("__EFMigrationsHistory", "MigrationId ProductVersion", "Entity Framework"),
      ("blog_phinxlog", "version migration_name start_time end_time breakpoint", "Phinx"),
    ])
  func ledgers(name: String, columns: String, tool: String) {
    let table = TableName(schema: "any", name: name)
    #expect(MigrationLedger.tool(of: table, columns: columns.split(separator: " ").map(String.init)) == tool)
  }

  @Test(
    "a table of a known name with other columns is data",
    arguments: [
      ("migrations", "id bird flown_at"), ("schema_migrations", "version farm"),
      ("migrations", "id timestamp name note"),
      ("changes", "id change"), ("tags", "id tag"), ("events", "event project"), ("version", "version"),
      ("alembic_versions", "version_num"), ("current", "filename content"), ("projects", "project uri"),
      ("SequelizeData", "name"), ("data_migrations", "version"),
    ])
  func data(name: String, columns: String) {
    let table = TableName(schema: "public", name: name)
    #expect(MigrationLedger.tool(of: table, columns: columns.split(separator: " ").map(String.init)) == nil)
  }

  @Test("what journals of older versions say of a request is read, and the reverse leaves nothing out")
  func requests() throws {
    let old = #"""
      {"part": {"schemas": [], "tables": [], "contents": "data"}, "renames": {}, "values": {}, "isForced": false,
       "leavesOwnersOut": false, "leavesPrivilegesOut": false}
      """#
    var request = try DatabaseRequest(JSONDecoder().decode(SourceRequest.self, from: Data(old.utf8)))
    #expect(request.includesLedgers == nil && request.excludedTables == nil)
    request.excludedTables = ["log*"]
    let encoded = try JSONEncoder().encode(request.asked)
    let again = try DatabaseRequest(JSONDecoder().decode(SourceRequest.self, from: encoded))
    #expect(again == request && !request.isWhole)
    #expect(try request.reversed.excludedTables == nil)
  }
}
