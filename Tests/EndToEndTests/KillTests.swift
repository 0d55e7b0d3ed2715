// Killed without warning at any moment, a checkpoint leaves the earlier ones whole; interrupted with Ctrl-C, checkpoints
// and rollbacks leave nothing half done. The moments are drawn at random; a failure names the seed. (Killed rollbacks:
// JournalKillTests.)

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Killed at any moment", .needsPostgreSQL)
struct KillTests {
  /// A repository with changes of every kind and a database that takes a while.
  private func scene(_ rights: PostgresServer.Rights) throws -> Scene {
    let scene = try Scene(rights)
    let database = try #require(scene.database)
    try scene.repository.fill()
    try scene.repository.work(databaseURL: database.url)
    try database.psql(
      """
      CREATE TABLE people (id int PRIMARY KEY, name text);
      INSERT INTO people SELECT n, md5(n::text) FROM generate_series(1, 30000) n;
      CREATE TABLE things (id int REFERENCES people, what text);
      INSERT INTO things SELECT n, repeat(md5(n::text), 5) FROM generate_series(1, 5000) n;
      CREATE INDEX ON things (what);
      SELECT lo_from_bytea(77001, '\\x00ff');
      """)
    return scene
  }

  /// Locks and temporary places that a killed process can leave in the repository.
  private func debris(_ scene: Scene) throws -> [String] {
    let found = try Program.run(
      ["find", scene.repository.top.appending(".git"), "-name", "*.lock", "-o", "-name", "*quarantine*"]
    ).succeeded().lines
    let places = ["checkpoint-restore"].filter {
      FileTree.exists(scene.repository.top.appending(".git/\($0)"))
    }
    return found + places
  }

  private func time(_ body: () throws -> Void) rethrows -> Double {
    let start = MonotonicTime.now
    try body()
    return MonotonicTime.now - start
  }

  @Test("a killed checkpoint leaves the earlier ones sound, and the next one clears up after it", .longHunt)
  func checkpoint() throws {
    let scene = try scene(.createDatabases)
    let database = try #require(scene.database)
    let before = try scene.picture()
    let longest = try time { try scene.checkpoint("custom", "first") }
    var random = SeededGenerator()
    for round in 1...Rounds.count(10) {
      let delay = Double.random(in: 0...longest, using: &random)
      let comment: Comment = "seed \(random.seed), round \(round), killed after \(delay) s"
      try database.psql("UPDATE things SET what = what || '\(round)' WHERE id % 10 = 0")
      try scene.repository.write("round.txt", "\(round)\n")
      let now = try scene.picture()
      _ = try scene.program.start(["custom", "killed"]).kill(after: delay)
      let verified = try scene.run("verify", "--all")
      try #require(verified.code == 0, "\(comment): \(verified)")
      if round % 3 == 0 {
        let next = try scene.run("custom", "next")
        try #require(next.code == 0, "\(comment): \(next)")
        try scene.expectNone(scene.leftovers(), comment)
        try scene.expectNone(debris(scene), comment)
      }
      try scene.expect(now, comment)
    }
    try scene.checkpoint("verify", "--all")
    try scene.checkpoint("rollback", "--yes", "first")
    try scene.expect(before, "seed \(random.seed)")
    try scene.repository.git("fsck", "--strict")
  }

  @Test("Ctrl-C while waiting for a lock ends a checkpoint at once, and nothing is left")
  func interruptedWaiting() throws {
    let scene = try scene(.createDatabases)
    let database = try #require(scene.database)
    let session = try database.server.session("LOCK TABLE people", as: database.role, in: database.name)
    let running = try scene.program.start(["full"])
    // The program has fixed its snapshot and waits for the lock.
    try database.server.waitUntil(
      "SELECT count(*) > 0 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        + "WHERE NOT granted AND datname = '\(database.name)'")
    running.send(SIGINT)
    let result = running.wait()
    session.send(SIGKILL)
    #expect(result.code == 130, "\(result)")
    try scene.expectNone(scene.leftovers())
    #expect(try scene.refs() == [])
    #expect(try scene.names(in: "chunks") == [])
  }

  @Test("Ctrl-C at any moment of a checkpoint leaves nothing of it", .longHunt)
  func interrupted() throws {
    let scene = try scene(.createDatabases)
    let longest = try time { try scene.checkpoint("custom", "first") }
    var random = SeededGenerator()
    for round in 1...Rounds.count(10) {
      let delay = Double.random(in: 0...longest, using: &random)
      let running = try scene.program.start(["full"])
      // No earlier than this does the program listen; before, the signal just ends it.
      let result = running.interrupt(after: delay)
      let comment: Comment = "seed \(random.seed), round \(round), interrupted after \(delay) s: \(result)"
      #expect(result.code == 130 || result.code == 0 || result.signal == SIGINT, comment)
      try scene.expectNone(scene.leftovers(), comment)
      if result.code != 0 { #expect(result.output == [], comment) }
    }
    try scene.checkpoint("verify", "--all")
  }

  @Test("Ctrl-C at any moment of a rollback leaves the state before or the state after", .longHunt)
  func interruptedRollback() throws {
    let scene = try scene(.createDatabases)
    let database = try #require(scene.database)
    let before = try scene.picture()
    try scene.checkpoint("custom", "good")
    try scene.repository.scramble()
    try scene.repository.write("private.key", "another\n", mode: 0o600)
    try database.psql("DROP TABLE things")
    let broken = try scene.picture()
    let longest = try time { try scene.checkpoint("rollback", "--yes", "good") }
    try scene.checkpoint("undo", "--yes")
    var random = SeededGenerator()
    for round in 1...Rounds.count(10) {
      let delay = Double.random(in: 0...longest, using: &random)
      let result = try scene.program.start(["rollback", "--yes", "good"]).interrupt(after: delay)
      let comment: Comment = "seed \(random.seed), round \(round), interrupted after \(delay) s: \(result)"
      if result.signal != SIGINT { #expect(result.code == 130 || result.code == 0, comment) }
      #expect(try scene.run("status", "--json").json()["pending"] == nil, comment)
      try scene.expect(result.code == 0 ? before : broken, comment)
      try scene.expectNone(database.relatives().filter { !$0.contains("_before_") }, comment)
      if result.code == 0 { try scene.checkpoint("undo", "--yes") }
    }
  }
}
