// Which database is the project's: what names it, and what does not.

import FileSystem
import TestSupport
import Testing

@Suite("Which database is the project's", .needsPostgreSQL)
struct DatabaseChoiceTests {
  @Test("a server's address does not say which database is the project's: init says so, and none is touched")
  func serverAlone() throws {
    let scene = try Scene.small(.plain)
    let server = try #require(scene.database).server
    try scene.repository.remove(".env")
    var program = scene.program
    program.environment = ["PGHOST": server.directory.description, "PGUSER": "postgres"]
    let initial = try program.run(["init"]).succeeded()
    #expect(
      initial.printed.contains("none taken: PGHOST, PGUSER") && initial.printed.contains("PGDATABASE=NAME"),
      "\(initial)")
    try program.run(["full"]).succeeded()
    let databases = try server.psql("SELECT count(*) FROM pg_database WHERE datname LIKE 'postgres\\_%'")
    try program.run(["rollback", "--yes"]).succeeded()
    #expect(
      try server.psql("SELECT count(*) FROM pg_database WHERE datname LIKE 'postgres\\_%'") == databases)
    #expect(try program.run(["status", "--json"]).succeeded().json()["databases"]?.array?.isEmpty == true)
    let full = try program.run(["status", "--database", "postgresql://postgres@/postgres"]).succeeded()
    #expect(full.text.contains("database  postgres"), "\(full)")
  }

  @Test("an address that names none is refused, and the message says how to name it")
  func addressWithoutName() throws {
    let scene = try Scene.small(.plain)
    let server = try #require(scene.database).server
    try scene.repository.write(".env", "DATABASE_URL=postgresql://postgres@/?host=\(server.directory)\n")
    let result = try scene.run("full")
    #expect(
      result.code == 1 && result.errorText.contains("does not name the project's database"), "\(result)")
    #expect(result.errorText.contains("hint: name it"), "\(result)")
  }

  @Test("addresses of frameworks in .env lead to the database")
  func frameworks() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    let (server, role, name) = (database.server.directory, database.role, database.name)
    let texts = [
      "DB_USER=\(role)\nDB_NAME=\(name)\nDATABASE_URL=\"postgresql://${DB_USER}@/${DB_NAME}?host=\(server)\"\n",
      "DATABASE_URL=postgresql+asyncpg://\(role)@/\(name)?host=\(server)&ssl=disable\n",
      "DATABASE_URL=ecto://\(role)@/\(name)?host=\(server)\n",
      "\u{FEFF}DATABASE_URL='postgresql://\(role)@/\(name)?host=\(server)&sslmode=prefer'\r\n",
      "export DATABASE_URL=Host=\(server);Database=\(name);Username=\(role)\n",
    ]
    try scene.checkpoint("init", "--no-database")
    for text in texts {
      try scene.repository.write(".env", text)
      let result = try scene.checkpoint("status")
      #expect(result.text.contains("database  \(name)") && result.text.contains(" MB"), "\(text)\n\(result)")
    }
  }
}
