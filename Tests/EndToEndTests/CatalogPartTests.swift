// The picture of the catalogs asks only for kinds of objects that a database has: nothing that it would have is lost by that.

import Postgres
import TestSupport
import Testing

@testable import DataSources

@Suite("Parts of the picture of the catalogs", .needsPostgreSQL)
struct CatalogPartTests {
  private func parts(
    _ database: TestDatabase
  ) throws -> (all: [CatalogPart], present: [CatalogPart], lines: ([CatalogPart]) throws -> [String]) {
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    let queries = CatalogQueries(connection.serverMajorVersion, .init())
    return (
      queries.parts, try CatalogPart.present(queries.parts, connection),
      { try connection.query(queries.sql($0)).map { "\($0[0] ?? "NULL")\t\($0[1] ?? "NULL")" } }
    )
  }

  @Test("a database with all objects looks the same, and each of its kinds is missed if its part is")
  func everything() throws {
    let database = try PostgresServer.shared().makeDatabase(.superuser)
    try database.fillWithAllObjects(ofSuperuser: true)
    try database.psql(
      """
      CREATE TEXT SEARCH DICTIONARY public.own (TEMPLATE = simple);
      ALTER TEXT SEARCH CONFIGURATION pg_catalog.german ALTER MAPPING FOR word WITH public.own
      """, asSuperuser: true)
    let (all, present, lines) = try parts(database)
    let whole = try lines(all)
    #expect(whole.count > 100)
    #expect(try lines(present) == whole)
    let left = Set(all.map(\.query)).subtracting(present.map(\.query))
    let always = Set(try parts(PostgresServer.shared().makeDatabase()).present.map(\.query))
    for index in present.indices where !always.contains(present[index].query) {
      var fewer = present
      fewer.remove(at: index)
      #expect(try lines(fewer) != whole, "\(present[index].query.prefix(80))")
    }
    // No test has a provider of security labels.
    #expect(left.allSatisfy { $0.contains("'security label'") }, "\(left)")
  }

  @Test("a small database is asked for a few kinds only, and looks the same")
  func small() throws {
    let database = try PostgresServer.shared().makeSmallDatabase(.createDatabases)
    let (all, present, lines) = try parts(database)
    #expect(present.count <= 8)
    let whole = try lines(all)
    #expect(try lines(present) == whole)
    #expect(
      whole.contains { $0.hasPrefix("column people.name") || $0.hasPrefix("column public.people.name") })
  }
}
