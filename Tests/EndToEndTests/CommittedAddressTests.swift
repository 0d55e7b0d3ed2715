// An address of a database that comes with the repository: others wrote it, so nothing is sent there before the user has agreed
// to it.

import FileSystem
import TestSupport
import Testing

@Suite("Addresses that come with the repository", .needsPostgreSQL)
struct CommittedAddressTests {
  /// A project whose address is in a file that git has.
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

  @Test(
    "consent is to the text as it stands, with the lines that it uses and the names of what it takes from elsewhere"
  )
  func variables() throws {
    let (scene, database, _) = try scene(".env")
    scene.program.environment["GITHUB_TOKEN"] = "t0ken-of-mine"
    func write(_ text: String) throws {
      try scene.repository.write(".env", text)
      try scene.repository.git("add", "-f", ".env")
      try scene.repository.git("commit", "-q", "--no-verify", "-m", "Address")
    }
    try write("DATABASE_URL=postgresql://me@127.0.0.1:1/x?application_name=${GITHUB_TOKEN}\n")
    let shown = try scene.program.run(["trust", "--yes"]).succeeded()
    #expect(shown.printed.contains("127.0.0.1:1") && shown.printed.contains("${GITHUB_TOKEN}"), "\(shown)")
    #expect(!shown.printed.contains("t0ken"), "\(shown)")
    try write("DATABASE_URL=postgresql://me@127.0.0.2:1/x?application_name=${GITHUB_TOKEN}\n")
    let changed = try scene.program.run(["full"])
    #expect(changed.errorText.contains("have not trusted"), "\(changed)")
    // Another line that the address uses.
    try write("PLACE=127.0.0.1:1\nDATABASE_URL=postgresql://me@$PLACE/x\n")
    try scene.checkpoint("trust", "--yes")
    try write("PLACE=127.0.0.3:1\nDATABASE_URL=postgresql://me@$PLACE/x\n")
    #expect(try scene.run("full").errorText.contains("have not trusted"))
    // The user's own line is made of one that comes with the repository.
    try write("DB_HOST=127.0.0.4\n")
    try scene.repository.write(".env.local", "DATABASE_URL=postgresql://me:mine@${DB_HOST}:1/x\n")
    let mixed = try scene.run("full")
    #expect(mixed.errorText.contains("have not trusted") && !mixed.errorText.contains("mine@"), "\(mixed)")
    #expect(try scene.checkpoint("trust", "--yes").printed.contains("DB_HOST in .env = 127.0.0.4"))
    try scene.repository.write(".env.local", "DATABASE_URL=\(database.url)\n")
    try scene.checkpoint("full")
  }

  @Test("a committed name of another variable does not replace the user's own DATABASE_URL unasked")
  func namedVariable() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let other = try database.server.makeDatabase(.createDatabases)
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\nPROD_URL=\(other.url)\n")
    try scene.repository.write(".checkpointconfig", "[database]\n  env = PROD_URL\n")
    let own = try scene.checkpoint("full").errorText
    #expect(own.contains("DATABASE_URL in .env is taken, and not PROD_URL in .env"), "\(own)")
    try scene.checkpoint("trust", "--yes")
    let agreed = try scene.checkpoint("full").errorText
    #expect(agreed.contains("PROD_URL in .env (named in .checkpointconfig) is taken"), "\(agreed)")
  }

  @Test("git's hook goes on without it, and says so")
  func hook() throws {
    let (scene, _, _) = try scene(".env")
    try scene.checkpoint("hooks", "install", "--yes")
    try scene.repository.write("a.txt", "more\n")
    let result = try scene.program.git(["commit", "-qam", "More"])
    #expect(result.code == 0 && result.errorText.contains("have not trusted"), "\(result)")
  }

  @Test("the user's own address counts for more, and the warning says so")
  func own() throws {
    let (scene, database, write) = try scene(".checkpointconfig")
    try write("postgresql://nobody@127.0.0.1:1/elsewhere")
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    let result = try scene.checkpoint("full")
    #expect(result.printed.contains("DATABASE_URL in .env is taken"), "\(result)")
  }

  @Test("an address that was given to init needs no consent")
  func initialized() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.remove(".env")
    try scene.repository.remove(".checkpointconfig")
    try scene.checkpoint("init", "--database", database.url)
    try scene.checkpoint("full")
  }
}
