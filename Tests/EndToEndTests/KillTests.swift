// Killed without warning at any moment, a checkpoint leaves the earlier ones whole, and a rollback leaves a
// state from which both directions work. The moments are drawn at random; a failure names the seed.

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

  @Test("a killed checkpoint leaves the earlier ones sound, and the next one clears up after it")
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

  @Test(
    "a killed rollback can be continued and aborted",
    arguments: [PostgresServer.Rights.createDatabases, .plain])
  func rollback(_ rights: PostgresServer.Rights) throws {
    let scene = try scene(rights)
    let database = try #require(scene.database)
    // The rollback detaches HEAD, because the branch has gone on; where main points stays the same.
    let parts = ["branch", "branches"]
    let before = try scene.picture()
    try scene.checkpoint("custom", "good")
    try scene.repository.git("commit", "-q", "-m", "What was staged")
    try scene.repository.scramble()
    try scene.repository.write("private.key", "another\n", mode: 0o600)
    try database.psql(
      "DROP TABLE things; UPDATE people SET name = 'x' WHERE id % 3 = 0; CREATE TABLE later (); SELECT lo_unlink(77001)"
    )
    let broken = try scene.picture()
    let longest = try time { try scene.checkpoint("rollback", "--yes", "good") }
    try scene.expect(before, except: parts)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)

    var random = SeededGenerator()
    var pending = 0
    for round in 1...Rounds.count(rights == .plain ? 6 : 10) {
      let delay = Double.random(in: 0...longest, using: &random)
      let comment: Comment = "seed \(random.seed), round \(round), killed after \(delay) s"
      _ = try scene.program.start(["rollback", "--yes", "good"]).kill(after: delay)
      let status = try scene.run("status", "--json")
      try #require(status.code == 0, "\(comment): \(status)")
      var isBack = false
      if try status.json()["pending"]?.string != nil {
        pending += 1
        // Nothing else may start before that is settled.
        #expect(try scene.run("custom", "too-early").code == 1, comment)
        let direction: BytePath = pending % 2 == 0 ? "--abort" : "--continue"
        let result = try scene.run("rollback", direction)
        try #require(result.code == 0, "\(comment): \(result)")
        isBack = direction == "--continue"
        if isBack {
          try scene.expect(before, except: parts, comment)
        } else {
          try scene.expect(broken, comment)
        }
      } else {
        let now = try scene.picture()
        isBack = now.without(parts) == before.without(parts)
        if !isBack { try scene.expect(broken, comment) }
      }
      // What was live for a moment is kept by --abort, and said.
      let kept = try database.relatives().filter { !$0.contains("_before_") }
      try scene.expectNone(isBack ? kept : kept.filter { !$0.contains("_given_up_") }, comment)
      for name in kept { try database.dropRelative(name) }
      try scene.expectNone(debris(scene), comment)
      if isBack {
        let undone = try scene.run("undo", "--yes")
        try #require(undone.code == 0, "\(comment): \(undone)")
        try scene.expect(broken, comment)
      }
    }
    #expect(pending > 0, "seed \(random.seed): no kill hit the rollback at work")
    try scene.checkpoint("verify", "--all")
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

  @Test("Ctrl-C at any moment of a checkpoint leaves nothing of it")
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

  @Test("Ctrl-C at any moment of a rollback leaves the state before or the state after")
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

/// How often a test draws a moment: a few times in every run, CHECKPOINT_TEST_ROUNDS times as often by hand.
private enum Rounds {
  static func count(_ usual: Int) -> Int {
    let factor = getenv("CHECKPOINT_TEST_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 1
    return usual * max(1, factor)
  }
}
