// A database that earlier checkpoints hold and that is not found any more; and what commands say that they restored.

import FileSystem
import TestSupport
import Testing

@Suite("Databases that are missing, and what is said to be restored", .needsPostgreSQL)
struct MissingDatabaseTests {
  /// A scene with a checkpoint of its database, whose address is then lost.
  private func lost() throws -> Scene {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("custom", "with")
    let url = try #require(scene.database).url
    try scene.repository.write(".env", "DB_URL=\(url)\n", mode: 0o600)
    return scene
  }

  @Test("a checkpoint without it warns, names what may be its address, and status says so; every time")
  func warning() throws {
    let scene = try lost()
    let name = try #require(scene.database).name
    for _ in 0..<2 {
      let result = try scene.checkpoint("full")
      #expect(result.errorText.contains("warning: the database \(name)"), "\(result)")
      #expect(result.errorText.contains("DB_URL in .env may be its address"), "\(result)")
      #expect(result.printed.contains("was not found, and is not in it"), "\(result)")
    }
    #expect(try scene.checkpoint("status").text.contains("in earlier checkpoints, and not found now"))
    let json = try scene.checkpoint("status", "--json").json()
    #expect(json["missingDatabases"]?.array?.count == 1)
    #expect(try scene.checkpoint("full", "--no-database").warnings.isEmpty)
    try scene.repository.git("config", "checkpoint.database.url", "none")
    #expect(try scene.checkpoint("full").warnings.isEmpty)
    #expect(!(try scene.checkpoint("status").text.contains("database")))
  }

  @Test("git's hook warns, too, even if it is to be quiet")
  func hook() throws {
    let scene = try lost()
    try scene.checkpoint("hooks", "install")
    try scene.repository.git("config", "checkpoint.hooks.quiet", "true")
    try scene.repository.write("a.txt", "two\n")
    let result = try scene.program.git(["commit", "-qam", "Second"])
    #expect(result.errorText.contains("without the database"), "\(result)")
  }

  @Test("a rollback to a checkpoint without it says in plan and result that the database stays as it is")
  func rollback() throws {
    let scene = try lost()
    let database = try #require(scene.database)
    let without = BytePath(try scene.take("full"))
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    try database.psql("CREATE TABLE later (i int)")
    let plan = try scene.checkpoint("rollback", "--dry-run", without)
    #expect(plan.text.contains("leave the database \(database.name)"), "\(plan)")
    let result = try scene.checkpoint("rollback", "--yes", without)
    #expect(result.printed.contains("the database \(database.name)"), "\(result)")
    #expect(
      result.printed.contains("stays as it is") && !result.printed.contains("database restored"), "\(result)")
    #expect(try database.psql("SELECT to_regclass('later')") == "later")
  }

  @Test("what restores files or leaves the database out does not claim that a database came back")
  func claims() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("full")
    try scene.repository.remove("a.txt")
    func last(_ words: any BytePathConvertible...) throws -> String? {
      let result = try scene.program.run(words).succeeded()
      #expect(!result.printed.contains("database restored"), "\(result)")
      return try result.line
    }
    let files = try last("restore", "files", "full", "a.txt", "--yes")
    let config = try last("restore", "config", "full", "--yes")
    #expect([files, config].allSatisfy { $0?.hasPrefix("restored from full_") == true })
    let without = try last("rollback", "--no-database", "--yes", "full")
    #expect(without?.hasPrefix("back at full_") == true)
    #expect(without?.hasSuffix(", without its database") == true)
    let result = try scene.checkpoint("restore", "database", "full", "--yes")
    #expect(result.printed.contains("database restored in"), "\(result)")
    let back = try scene.checkpoint("rollback", "--yes", "full")
    #expect(back.lines.contains { $0.hasPrefix("back at full_") })
  }
}
