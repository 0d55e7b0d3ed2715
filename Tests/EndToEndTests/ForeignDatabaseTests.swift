// Databases that the notes, manifests and journals of others name: none is dropped, renamed or copied unless its name is one
// that operations of ours give to databases next to the project's own.

import FileSystem
import TestSupport
import Testing

@Suite("Databases that others named", .needsPostgreSQL)
struct ForeignDatabaseTests {
  /// Another project's database on the same server.
  private struct Victim {
    let server: PostgresServer
    let name: String
    let oid: String

    init(_ database: TestDatabase, named suffix: String) throws {
      (server, name) = (database.server, "\(database.name)\(suffix)")
      try server.psql("CREATE DATABASE \"\(name)\" OWNER \"\(database.role)\"")
      try server.psql("CREATE TABLE precious (x int)", in: name)
      oid = try server.psql("SELECT oid FROM pg_database WHERE datname = '\(name)'")
    }

    func expectUnharmed(sourceLocation: SourceLocation = #_sourceLocation) throws {
      let now = try server.psql("SELECT oid, datallowconn FROM pg_database WHERE datname = '\(name)'")
      #expect(now == "\(oid)|t", sourceLocation: sourceLocation)
      #expect(
        try server.psql("SELECT to_regclass('precious')", in: name) == "precious",
        sourceLocation: sourceLocation)
    }

    func remove() throws { try server.psql("DROP DATABASE IF EXISTS \"\(name)\"") }
  }

  @Test(
    "notes name no other database as a warm clone",
    arguments: LongHunt.cases(["x_victim", "_warm_x", "_before_x", "x_warm_20261129_040000_ab"]))
  func warm(suffix: String) throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let victim = try Victim(database, named: suffix)
    defer { try? victim.remove() }
    let id = try scene.take("full")
    let manifest = try JSONValue(parsing: FileTree.readAll(scene.store.appending("manifests/\(id).json")))
    let sources = manifest["sources"]?.array ?? []
    let source = try #require(sources.first { $0["type"]?.string == "postgresql" }?["name"]?.string)
    let server = try database.server.psql("SELECT system_identifier FROM pg_control_system()")
    let note = """
      {"warm":[{"source":"\(source)","server":"\(server)","database":"\(victim.name)","oid":"\(victim.oid)",
      "origin":"restored","byteCount":1,"madeAt":"2026-11-29T04:00:00.000Z","seconds":1}]}
      """
    let notes = scene.store.appending("notes/\(id).json")
    for command: [BytePath] in [
      ["warm", "drop", "--yes", "full"], ["warm", "full"], ["rollback", "--yes", "full"],
      ["delete", "--yes", BytePath(id)],
    ] {
      try SystemFileOperations().replaceFile(notes, with: Array(note.utf8))
      let result = try scene.program.run(command)
      #expect(!result.timedOut && result.code != nil, "\(result)")
      try victim.expectUnharmed()
    }
  }

  @Test(
    "a rescue names no other database as the one that was moved aside",
    arguments: LongHunt.cases(["x_victim", "_warm_x", "_before_x", "x_before_20261129_040000_ab"]))
  func retained(suffix: String) throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let victim = try Victim(database, named: suffix)
    defer { try? victim.remove() }
    try scene.checkpoint("full")
    try scene.checkpoint("rollback", "--yes", "full")
    let aside = try #require(database.relatives().first { $0.contains("_before_2") && $0 != victim.name })
    let oid = try database.server.psql("SELECT oid FROM pg_database WHERE datname = '\(aside)'")
    let rescue = try #require(try scene.names(in: "manifests").first { $0.hasPrefix("before-rollback") })
    try ForeignStore.edit(scene.store.appending("manifests").appending(rescue)) {
      $0.replacing(aside, with: victim.name).replacing("\"\(oid)\"", with: "\"\(victim.oid)\"")
    }
    let undone = try scene.run("undo", "--yes")
    #expect(undone.code == 1, "\(undone)")
    try victim.expectUnharmed()
    for _ in 0..<2 { try scene.checkpoint("rollback", "--yes", "full") }
    try victim.expectUnharmed()
    #expect(try database.psql("SELECT to_regclass('precious')").isEmpty)
  }
}
