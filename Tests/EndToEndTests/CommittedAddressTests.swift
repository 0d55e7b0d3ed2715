// An address of a database that comes with the repository: somebody else's word, so nothing is sent there before the user has
// agreed to it.

import FileSystem
import TestSupport
import Testing

@Suite("Addresses that come with the repository", .needsPostgreSQL)
struct CommittedAddressTests {
  /// A project whose address stands in a file that git has.
  private func scene(_ file: BytePath) throws -> (Scene, TestDatabase, write: (String) throws -> Void) {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.remove(".env")
    let start = file == ".env" ? "DATABASE_URL=" : "[database]\n\turl = "
    func write(_ url: String) throws {
      try scene.repository.write(file, "\(start)\(url)\n")
      try scene.repository.git("add", "-f", file)
      try scene.repository.git("commit", "-q", "--no-verify", "-m", "Address")
    }
    try write(database.url)
    return (scene, database, write)
  }

  @Test(
    "it is used after consent, and asked for again if it changes",
    arguments: [".env", ".checkpointconfig"] as [BytePath])
  func consent(_ file: BytePath) throws {
    let (scene, database, write) = try scene(file)
    let address = "postgresql://nobody@127.0.0.1:1/elsewhere"
    for words in [["full"], ["init"]] as [[BytePath]] {
      let result = try scene.program.run(words)
      #expect((result.errorText + result.printed).contains("have not trusted"), "\(words): \(result)")
    }
    #expect(try scene.run("full").code == 1)
    try scene.checkpoint("full", "--no-database")
    for words in [["status"], ["diff"]] as [[BytePath]] {
      let result = try scene.program.run(words)
      #expect(result.printed.contains("have not trusted"), "\(words): \(result)")
    }
    let shown = try scene.checkpoint("trust", "--yes")
    #expect(shown.printed.contains(database.name), "\(shown)")
    try scene.checkpoint("full")
    try write(address)
    #expect(try scene.run("full").errorText.contains("elsewhere on 127.0.0.1:1, which you have not trusted"))
    // What was agreed to before needs no new consent.
    try write(database.url)
    try scene.checkpoint("full")
    try database.psql("DELETE FROM people")
    try scene.checkpoint("rollback", "--yes", "latest")
    #expect(try database.psql("SELECT count(*) FROM people") == "100")
  }

  @Test("git's hook goes on without it, and says so")
  func hook() throws {
    let (scene, _, _) = try scene(".env")
    try scene.checkpoint("hooks", "install", "--yes")
    try scene.repository.write("a.txt", "more\n")
    let result = try scene.program.git(["commit", "-qam", "More"])
    #expect(result.code == 0 && result.errorText.contains("have not trusted"), "\(result)")
  }

  @Test("the user's own address counts for more, and is told")
  func own() throws {
    let (scene, database, write) = try scene(".checkpointconfig")
    try write("postgresql://nobody@127.0.0.1:1/elsewhere")
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    let result = try scene.checkpoint("full")
    #expect(result.printed.contains("DATABASE_URL in .env is taken"), "\(result)")
  }

  @Test("what init was told needs no consent")
  func initialized() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.remove(".env")
    try scene.repository.remove(".checkpointconfig")
    try scene.checkpoint("init", "--database", "\(database.url)")
    try scene.checkpoint("full")
  }
}
