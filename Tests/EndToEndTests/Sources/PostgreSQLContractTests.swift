// A PostgreSQL database keeps what every source promises: by a swap of databases, and in place if its role may make none.

import Checkpoints
import FileSystem
import Postgres
import TestSupport
import Testing

@testable import DataSources

private struct DatabaseSubject: ContractSubject {
  let database: TestDatabase
  let located: LocatedDatabase

  init(_ rights: PostgresServer.Rights) throws {
    database = try PostgresServer.shared().makeDatabase(rights)
    located = LocatedDatabase(
      name: "main", parameters: try ConnectionParameters(parsing: database.url), origin: .user(way: "test"),
      clientPrefix: [], variable: nil, selection: DatabaseSelection())
  }

  var source: any DataSource { PostgreSQLSource(located, limits: .init(), clock: SystemClock()) }

  func change(_ number: Int) throws {
    try clear()
    try database.psql(
      """
      CREATE TABLE t\(number) (id int PRIMARY KEY, value text); CREATE INDEX ON t\(number) (value);
      INSERT INTO t\(number) SELECT n, repeat('x', n % 50) FROM generate_series(1, \(number * 700)) n;
      CREATE VIEW v AS SELECT count(*) FROM t\(number); CREATE SEQUENCE s\(number); SELECT nextval('s\(number)');
      """)
  }

  func clear() throws {
    try database.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public", asSuperuser: true)
    try database.psql("ALTER SCHEMA public OWNER TO \(database.role)", asSuperuser: true)
  }

  func picture() throws -> String {
    try Picture.database(database).parts.sorted { $0.key < $1.key }.flatMap { name, lines in
      lines.map { "\(name): \($0)" }
    }.joined(separator: "\n")
  }

  func obstruct() throws -> (() throws -> Void)? {
    try database.server.psql("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS false")
    return {
      try database.server.psql("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS true")
    }
  }
}

@Suite("PostgreSQL and the contract of sources", .needsPostgreSQL)
struct PostgreSQLContractTests {
  @Test("a database that is swapped keeps what every source promises", arguments: SourcePromise.allCases)
  func swapped(promise: SourcePromise) throws {
    try SourceContract(DatabaseSubject(.createDatabases)).check(promise)
  }

  @Test(
    "a database that is restored in place keeps what every source promises",
    arguments: LongHunt.cases(SourcePromise.allCases)
  )
  func inPlace(promise: SourcePromise) throws {
    try SourceContract(DatabaseSubject(.plain)).check(promise)
  }
}
