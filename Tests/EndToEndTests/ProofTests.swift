// `verify --restore`: only a restore proves. And the cheaper looks: a sample, a part of the data.

import FileSystem
import TestSupport
import Testing

@Suite("Proofs", .needsPostgreSQL)
struct ProofTests {
  @Test(
    "a database with all objects is proven, restored and copied",
    arguments: LongHunt.cases([PostgresServer.Rights.superuser, .createDatabases]))
  func allObjects(_ rights: PostgresServer.Rights) throws {
    // Alone, so that nothing ends a transaction between the checkpoint and the copy.
    let scene = try Scene.small(rights, server: .separate())
    let database = try #require(scene.database)
    try database.fillWithAllObjects(ofSuperuser: rights == .superuser)
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("warm", "stage-01-start")
    let clones = try scene.checkpoint("warm", "list", "--json").json()["clones"]?.array ?? []
    #expect(clones.map { $0["origin"]?.string } == ["copied"])
    let proof = try scene.checkpoint("verify", "--restore", "stage-01-start")
    #expect(proof.printed.contains("proven   stage-01-start"), "\(proof)")
    #expect(try database.relatives().count == 1)
    try scene.checkpoint("warm", "drop")
    #expect(try database.relatives() == [])
  }

  @Test("a checkpoint that does not restore is named, and the exit code says so")
  func failing() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let role = "\(database.name)_reader"
    try database.server.psql("CREATE ROLE \(role)")
    try database.psql("GRANT SELECT ON people TO \(role)")
    try scene.checkpoint("custom", "good")
    try database.server.psql("DROP OWNED BY \(role); DROP ROLE \(role)", in: database.name)
    let result = try scene.run("verify", "--restore", "good")
    #expect(result.code == 12)
    #expect(result.printed.contains("DOES NOT RESTORE"))
    #expect(result.printed.contains(role))
    #expect(try scene.checkpoint("list").printed.contains("does not restore"))
    #expect(try database.relatives() == [])
    // It was not the checkpoint's fault.
    try database.server.psql("CREATE ROLE \(role)")
    let again = try scene.checkpoint("verify", "--restore", "good", "--json").json()
    #expect(again["isSound"]?.bool == true)
    #expect(try scene.checkpoint("show", "--json", "good").json()["state"]?.string == "proven")
    try database.server.psql("DROP ROLE \(role)")
  }

  @Test("a sample takes those that were looked at longest ago")
  func sample() throws {
    let scene = try Scene.small(.createDatabases)
    for name in ["one", "two", "three"] { try scene.checkpoint("custom", name) }
    try scene.checkpoint("rollback", "--yes", "three")
    try scene.checkpoint("undo", "--yes")
    // The first of two rescues is spent, and no longer needed; the other one's database
    // is on the server, so that there is nothing to restore.
    let all = try scene.checkpoint("verify", "--sample", "9", "--json").json()
    #expect(all["checkpoints"]?.array?.count == 4)
    var seen: [String] = []
    for _ in 0..<3 {
      let found = try scene.checkpoint("verify", "--sample", "1", "--restore", "--json").json()
      seen += found["checkpoints"]?.array?.compactMap { $0["checkpoint"]?.string } ?? []
    }
    #expect(Set(seen.map { String($0.prefix { $0 != "_" }) }) == ["one", "two", "three"])
  }

  @Test("the parts of the data together are all of it, and damage is found in one of them")
  func subset() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql("INSERT INTO things SELECT repeat(md5(n::text), 99) FROM generate_series(1, 3000) n")
    try scene.checkpoint("custom", "one")
    let all = try scene.checkpoint("verify", "--json").json()["chunks"]?.number
    func part(_ number: Int) throws -> JSONValue {
      try scene.run("verify", "--read-data-subset", "\(number)/3", "--json").json()
    }
    let counts = try (1...3).map { try part($0)["chunks"]?.number ?? 0 }
    #expect(counts.reduce(0, +) == all)
    let fan = try #require(scene.names(in: "chunks").sorted().last)
    let name = try #require(scene.names(in: "chunks/\(fan)").first)
    let path = scene.store.appending("chunks/\(fan)/\(name)")
    try FileTree.setPermissions(path, 0o600)
    try SystemFileOperations().replaceFile(path, with: [0])
    #expect(try (1...3).filter { try part($0)["isSound"]?.bool == false }.count == 1)
    #expect(try scene.run("verify", "--restore").code == 12)
  }

  @Test(
    "wrong words are reported",
    arguments: [
      ["--read-data-subset", "4/3"], ["--read-data-subset", "0/3"], ["--read-data-subset", "x"],
      ["--read-data-subset", "1/3", "--restore"], ["--sample", "0"], ["--sample", "2", "--all"],
      ["--all", "latest"],
    ])
  func wrong(_ words: [String]) throws {
    let scene = try Scene.small()
    try scene.checkpoint("full")
    let result = try scene.program.run(["verify"] + words.map { BytePath($0) })
    #expect(result.code == 2, "\(result)")
  }
}
