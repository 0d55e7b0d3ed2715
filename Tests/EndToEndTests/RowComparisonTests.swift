// The proof that restored rows are the recorded ones, and the clearing away of half-made databases.

import ChunkStore
import Codecs
import Postgres
import TestSupport
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Row comparison", .needsPostgreSQL)
struct RowComparisonTests {
  @Test("rows that are not those that were recorded are found, even if their number is right")
  func comparison() throws {
    let directory = try EndToEndDirectory()
    let database = try PostgresServer.shared().makeDatabase()
    try database.psql(
      "CREATE TABLE people (id int, name text); INSERT INTO people VALUES (1, 'one'), (2, 'two')")
    let connection = try Connection.open(ConnectionParameters(parsing: database.url))
    let store = try Store.create(at: directory.path.appending("store"))
    func compare(with text: String) throws {
      var expected = RowFingerprint()
      Array(text.utf8).withUnsafeBytes { expected.add(lines: $0) }
      let id = try #require(ChunkID(digest: SHA256.digest([])))
      let list = ChunkList([ChunkReference(id: id, byteCount: text.utf8.count, fingerprint: expected)])
      let table = RowLoad.Table(
        name: TableName(schema: "public", name: "people"), columns: ["id", "name"], loadThrough: nil,
        list: list)
      try RowLoad(store: store, encoding: "UTF8", tables: [table], progress: SilentProgress())
        .compareAll(connection)
    }
    try compare(with: "2\ttwo\n1\tone\n")
    #expect(throws: DatabaseProblem.self) { try compare(with: "1\tone\n2\tTWO\n") }
    #expect(throws: DatabaseProblem.self) { try compare(with: "1\tone\n") }
  }

  @Test("a half-made database of a killed process is dropped by the next restore, another's is not")
  func abandoned() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("full")
    let ours = "\(database.name)_restoring_20200101_000000_abcd"
    let other = "\(database.name)_other_restoring_20200101_000000_abcd"
    for name in [ours, other] {
      try database.server.psql("CREATE DATABASE \(name) OWNER \(database.role)")
    }
    try scene.checkpoint("rollback", "--yes")
    let left = try database.relatives()
    #expect(!left.contains(ours))
    #expect(left.contains(other))
  }
}
