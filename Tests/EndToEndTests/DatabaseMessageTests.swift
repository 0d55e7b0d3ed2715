// What is said of a database that cannot be used, or not in every way.

import FileSystem
import TestSupport
import Testing

@Suite("Messages about databases", .needsPostgreSQL)
struct DatabaseMessageTests {
  @Test("each way in which connecting fails has its own advice")
  func connecting() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    let server = database.server
    func result(_ url: String) throws -> String {
      try scene.run("full", "--database", BytePath(url)).errorText
    }
    let nowhere = try result("postgresql://u@127.0.0.1:1,127.0.0.1:2/d")
    #expect(nowhere.contains("is the server running"), "\(nowhere)")
    let role = try result("postgresql://nobody_at_all@/\(database.name)?host=\(server.directory)")
    #expect(
      role.contains("are user and password right?") && !role.contains("is the server running"), "\(role)")
    let missing = try result("postgresql://\(database.role)@/no_such_one?host=\(server.directory)")
    #expect(missing.contains("if it was dropped") && !missing.contains("is the server running"), "\(missing)")
    try server.psql("ALTER ROLE \(database.role) CONNECTION LIMIT 0")
    let full = try result(database.url)
    #expect(full.contains("end sessions") && !full.contains("is the server running"), "\(full)")
    for text in [nowhere, role, missing, full] {
      let strange = text.split(separator: "\n").filter { !$0.hasPrefix("error: ") && !$0.hasPrefix("hint: ") }
      #expect(strange.isEmpty, "\(text)")
    }
  }

  @Test("a server's several lines are one row of status and one line of init")
  func rows() throws {
    let scene = try Scene.small(.plain)
    try scene.repository.write(".env", "DATABASE_URL=postgresql://u@127.0.0.1:1,127.0.0.1:2/d\n")
    try scene.repository.write(".checkpointconfig", "[database]\n\tenv = DATABASE_URL\n")
    let initial = try scene.run("init")
    #expect(initial.code == 3 && initial.warnings.count == 1, "\(initial)")
    let lines = try scene.checkpoint("status").lines
    let known = ["work", "last", "database", "store"]
    #expect(lines.allSatisfy { line in known.contains { line.hasPrefix($0) } }, "\(lines)")
    #expect(lines.count == known.count)
  }

  @Test("init and status say that a role may not create databases, and what that means")
  func withoutRight() throws {
    let scene = try Scene.small(.plain)
    let words = "has no CREATEDB: a rollback restores in place"
    #expect(try scene.checkpoint("init").errorText.contains(words))
    #expect(try scene.checkpoint("status").text.contains(words))
    let json = try scene.checkpoint("status", "--json").json()
    #expect(json["databases"]?[0]?["limits"]?[0]?.string?.contains(words) == true)
    let other = try Scene.small(.createDatabases)
    #expect(try other.checkpoint("init").warnings.isEmpty)
    #expect(try other.checkpoint("status", "--json").json()["databases"]?[0]?["limits"] == nil)
  }

  @Test("init and status say that no client programs fit the server, before the first checkpoint does")
  func withoutPrograms() throws {
    let scene = try Scene.small(.createDatabases)
    let old = scene.directory.path.appending("old")
    try TemporaryDirectory.write(
      old, Array("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n".utf8), permissions: 0o755)
    try scene.repository.git("config", "checkpoint.database.clientPrefix", old)
    let initial = try scene.checkpoint("init")
    #expect(
      initial.errorText.contains("no pg_dump of version") && !initial.errorText.contains(",,"), "\(initial)")
    #expect(
      try scene.checkpoint("status").text.contains("no checkpoint of it can be taken: no pg_dump of version"))
    #expect(try scene.run("full").errorText.contains("no pg_dump of version"))
  }

  @Test("a row that cannot be loaded names its table, line and column")
  func row() throws {
    let scene = try Scene.small(.createDatabases, server: .separate())
    let script = scene.directory.path.appending("bad.sql")
    let text = "CREATE TABLE people (id int);\nCOPY people (id) FROM stdin;\n1\nx\n\\.\n"
    try TemporaryDirectory.write(script, Array(text.utf8))
    let result = try scene.run("import", script, "--trusted-source")
    #expect(result.code == 1 && result.errorText.contains("people, line 2, column id"), "\(result)")
  }
}
