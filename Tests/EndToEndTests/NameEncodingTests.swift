// Databases whose encoding is not UTF-8: the names of their tables reach pg_dump in that encoding.

import FileSystem
import TestSupport
import Testing

@Suite("Names in other encodings", .needsPostgreSQL)
struct NameEncodingTests {
  @Test(
    "rows come back once, whatever the environment says of encodings", arguments: ["", "UTF8"])
  func once(clientEncoding: String) throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try database.server.psql("DROP DATABASE \(database.name)")
    try database.server.psql(
      "CREATE DATABASE \(database.name) OWNER \(database.role) TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    )
    try database.psql(
      "\\encoding UTF8\nCREATE TABLE \"Größe\" (\"Maß\" text); INSERT INTO \"Größe\" VALUES ('süß'), (NULL)")
    if !clientEncoding.isEmpty { scene.program.environment["PGCLIENTENCODING"] = clientEncoding }
    let before = try scene.picture()
    try scene.checkpoint("full")
    try database.psql("\\encoding UTF8\nDROP TABLE \"Größe\"")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expect(before)
  }
}
