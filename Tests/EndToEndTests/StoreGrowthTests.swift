// What several checkpoints cost, and that they do not get into each other's way.

import FileSystem
import TestSupport
import Testing

@Suite("Several checkpoints", .needsPostgreSQL)
struct StoreGrowthTests {
  private func scene() throws -> Scene {
    let scene = try Scene.small(.createDatabases)
    try scene.database?.psql(
      """
      CREATE TABLE events (id bigint PRIMARY KEY, text text, at timestamptz);
      INSERT INTO events SELECT n, md5(n::text) || md5((n * 7)::text), timestamptz '2024-01-01 00:00+00' + n * interval '1 s'
      FROM generate_series(1, 150000) n;
      """)
    return scene
  }

  private func bytesStored(_ scene: Scene, _ id: String) throws -> Int {
    try #require(try scene.run("show", "--json", id).json()["sizes"]?["bytesStored"]?.number)
  }

  @Test("the second checkpoint stores what changed, an unchanged one next to nothing")
  func growth() throws {
    let scene = try scene()
    let first = try bytesStored(scene, scene.take("full"))
    let unchanged = try bytesStored(scene, scene.take("full"))
    #expect(unchanged < 4096, "\(unchanged) of \(first)")
    try scene.database?.psql(
      "INSERT INTO events SELECT n, 'appended', now() FROM generate_series(200001, 200100) n")
    let appended = try bytesStored(scene, scene.take("full"))
    #expect(appended < first / 4, "\(appended) of \(first)")
    try scene.checkpoint("verify", "--all")
  }

  @Test("checkpoints at the same moment all succeed, and those of the same second are numbered")
  func atOnce() throws {
    let scene = try scene()
    try scene.repository.write("a.txt", "changed\n")
    var ids: Set<String> = []
    var isNumbered = false
    // Five tries, because three starts may fall into different seconds.
    for _ in 1...5 where !isNumbered {
      let running = try (1...3).map { _ in try scene.program.start(["custom", "same"]) }
      let results = running.map { $0.wait() }
      for result in results { ids.insert(try result.succeeded().line) }
      isNumbered = try results.contains { try $0.line.hasSuffix("_2") }
    }
    #expect(isNumbered)
    #expect(try Set(scene.names(in: "manifests")) == Set(ids.map { "\($0).json" }))
    for id in ids where id.split(separator: "_").count == 4 {
      let base = id.split(separator: "_").prefix(3).joined(separator: "_")
      #expect(ids.contains(base), "\(id) follows \(base)")
    }
    try scene.expectNone(scene.leftovers())
    try scene.checkpoint("verify", "--all")
    for id in ids { #expect(try scene.run("show", "--json", id).json()["id"]?.string == id) }
  }

  @Test("a checkpoint that is taken while another one dumps does not disturb it")
  func overlapping() throws {
    let scene = try scene()
    let slow = try scene.program.start(["custom", "slow"])
    try scene.checkpoint("custom", "quick", "--no-database")
    try slow.wait().succeeded()
    try scene.checkpoint("verify", "--all")
    try scene.expectNone(scene.leftovers())
  }

  @Test("rollbacks in a row keep one database aside; older ones go into the store and can still be had")
  func retained() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("custom", "start")
    var pictures: [Picture] = []
    for round in 1...3 {
      try database.psql("INSERT INTO people VALUES (\(1000 + round), 'round \(round)')")
      try scene.repository.write("a.txt", "round \(round)\n")
      pictures.append(try scene.picture())
      try scene.checkpoint("rollback", "--yes", "start")
    }
    #expect(try database.relatives().count == 1)
    let rescues = try scene.names(in: "manifests").filter { $0.hasPrefix("before-rollback") }.sorted()
    #expect(rescues.count == 3)
    for (rescue, picture) in zip(rescues, pictures) {
      try scene.checkpoint("rollback", "--yes", "\(rescue.dropLast(5))")
      try scene.expect(picture)
    }
    try scene.checkpoint("verify", "--all")
  }

  @Test("undo again and again goes to and fro")
  func undoOfUndo() throws {
    let scene = try Scene.small(.createDatabases)
    let before = try scene.picture()
    try scene.checkpoint("full")
    try scene.database?.psql("DROP TABLE things")
    try scene.repository.write("a.txt", "broken\n")
    let broken = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "latest")
    for _ in 1...3 {
      try scene.checkpoint("undo", "--yes")
      try scene.expect(broken)
      try scene.checkpoint("undo", "--yes")
      try scene.expect(before)
    }
    #expect(try (scene.database?.relatives().count ?? 0) <= 1)
  }
}
