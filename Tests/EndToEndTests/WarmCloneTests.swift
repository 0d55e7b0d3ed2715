// Warm clones: made, proven, renamed into place, found stale, never lost and never in the way.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Warm clones", .needsPostgreSQL)
struct WarmCloneTests {
  private func scene(server: PostgresServer? = nil) throws -> Scene {
    let scene = try Scene.small(.createDatabases, server: server)
    let database = try #require(scene.database)
    try database.psql(
      """
      COMMENT ON DATABASE "\(database.name)" IS 'the shop';
      ALTER DATABASE "\(database.name)" CONNECTION LIMIT 17;
      ALTER DATABASE "\(database.name)" SET work_mem = '7MB';
      CREATE SEQUENCE numbers; SELECT nextval('numbers');
      SELECT lo_from_bytea(4711, '\\x0102');
      """)
    return scene
  }

  /// A scene with a warm checkpoint, and what there was.
  private func warmed(server: PostgresServer? = nil) throws -> (Scene, TestDatabase, Picture) {
    let scene = try scene(server: server)
    let database = try #require(scene.database)
    let before = try scene.picture()
    try scene.checkpoint("stage-01-start")
    // A transaction, so that the clone comes out of the store.
    try database.psql("CREATE TABLE later (n int)")
    try scene.checkpoint("warm", "stage-01-start")
    return (scene, database, before)
  }

  private func clones(_ scene: Scene) throws -> [String] {
    try scene.checkpoint("warm", "list", "--json").json()["clones"]?.array?.compactMap {
      $0["state"]?.string
    } ?? []
  }

  private func state(_ scene: Scene) throws -> String? {
    try scene.checkpoint("show", "--json", "stage-01-start").json()["state"]?.string
  }

  @Test("a warm clone is proven, closed, and renamed into place by rollback; undo swaps back")
  func roundTrip() throws {
    let (scene, database, before) = try warmed()
    #expect(try state(scene) == "proven, warm")
    #expect(try clones(scene) == ["warm"])
    let clone = try #require(database.relatives().first { $0.contains("_warm_") })
    let entry = try database.server.psql(
      "SELECT datallowconn FROM pg_database WHERE datname = '\(clone)'")
    #expect(entry == "f")
    let later = try scene.picture()
    let plan = try scene.checkpoint("rollback", "--dry-run", "stage-01-start")
    #expect(plan.printed.contains("swap \(database.name) with \(clone)"))
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    try scene.expect(before)
    #expect(try clones(scene) == [])
    #expect(try !database.relatives().contains(clone))
    try scene.checkpoint("undo", "--yes")
    try scene.expect(later)
  }

  @Test("a clone that was opened is not used, and what is in it is not dropped")
  func opened() throws {
    let (scene, database, before) = try warmed()
    let clone = try #require(database.relatives().first { $0.contains("_warm_") })
    try database.server.psql("ALTER DATABASE \"\(clone)\" ALLOW_CONNECTIONS true")
    try database.server.psql("DELETE FROM people; CREATE TABLE precious ()", in: clone)
    try database.server.psql("ALTER DATABASE \"\(clone)\" ALLOW_CONNECTIONS false")
    #expect(try clones(scene) == ["changed"])
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    try scene.expect(before)
    try scene.checkpoint("warm", "stage-01-start")
    #expect(try clones(scene) == ["warm"])
    #expect(try database.relatives().contains(clone))
    let listed = try scene.checkpoint("warm", "list")
    #expect(listed.printed.contains("checkpoint warm drop \(clone)"))
    try scene.checkpoint("warm", "drop", "--yes", clone)
    #expect(try !database.relatives().contains(clone))
  }

  @Test("a clone that was dropped or renamed is noticed, and rollback goes the cold way")
  func dropped() throws {
    let (scene, database, before) = try warmed()
    let clone = try #require(database.relatives().first { $0.contains("_warm_") })
    try database.server.psql("ALTER DATABASE \"\(clone)\" RENAME TO \"\(clone)_mine\"")
    #expect(try clones(scene) == ["gone"])
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    try scene.expect(before)
    try database.server.psql("DROP DATABASE \"\(clone)_mine\"")
  }

  @Test("if nothing was written since, the live database is copied, and the copy is compared")
  func copied() throws {
    // On a shared server other tests' transactions go on.
    let server = try PostgresServer.separate()
    let scene = try scene(server: server)
    let database = try #require(scene.database)
    let before = try scene.picture()
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("warm", "stage-01-start")
    let list = try scene.checkpoint("warm", "list", "--json").json()["clones"]?.array ?? []
    #expect(list.first?["origin"]?.string == "copied")
    // The store has not been tried.
    #expect(try state(scene) == "recorded, warm")
    try database.psql("DROP TABLE things")
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    try scene.expect(before)
  }

  @Test("numbers that a sequence gave out since are not copied")
  func sequences() throws {
    let server = try PostgresServer.separate()
    let scene = try scene(server: server)
    let database = try #require(scene.database)
    let before = try scene.picture()
    try scene.checkpoint("stage-01-start")
    // The next numbers are in the log already, so this leaves no trace there.
    try database.psql("SELECT nextval('numbers')")
    try scene.checkpoint("warm", "stage-01-start")
    let list = try scene.checkpoint("warm", "list", "--json").json()["clones"]?.array ?? []
    #expect(list.first?["origin"]?.string == "restored")
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    try scene.expect(before)
  }

  @Test("what PostgreSQL writes otherwise when it reads its own definition again is no difference")
  func deparsed() throws {
    let scene = try scene()
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE TABLE orders (id int, state varchar(9) CHECK (state IN ('open', 'shut')));
      CREATE VIEW few AS SELECT * FROM orders WHERE state IN ('a', 'b');
      CREATE INDEX ON orders ((lower(state)));
      """)
    try scene.checkpoint("stage-01-start")
    #expect(try scene.checkpoint("verify", "--restore").printed.contains("proven"))
  }

  @Test("warm drop and delete drop clones")
  func dropping() throws {
    let (scene, database, _) = try warmed()
    try scene.checkpoint("warm", "drop")
    #expect(try database.relatives() == [])
    #expect(try state(scene) == "proven")
    try scene.checkpoint("warm", "stage-01-start")
    try scene.checkpoint("delete", "--yes", "stage-01-start")
    #expect(try database.relatives() == [])
  }

  @Test("after a stage's checkpoint the worker makes a clone, and drops the one before")
  func worker() throws {
    let scene = try scene()
    let database = try #require(scene.database)
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("worker")
    #expect(try clones(scene) == ["warm"])
    try database.psql("CREATE TABLE later (n int)")
    try scene.checkpoint("stage-01-core")
    try scene.checkpoint("worker")
    #expect(try clones(scene) == ["warm"])
    #expect(try state(scene) == "proven")
    #expect(try scene.checkpoint("show", "--json").json()["state"]?.string == "proven, warm")
    try scene.repository.git("config", "checkpoint.warm", "off")
    try scene.checkpoint("worker")
    #expect(try database.relatives() == [])
  }

  @Test("a clone that the user asked for outlives the policy's own")
  func askedFor() throws {
    let scene = try scene()
    try scene.checkpoint("custom", "mine")
    try scene.checkpoint("warm", "mine")
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("worker")
    #expect(try clones(scene) == ["warm", "warm"])
    try scene.repository.git("config", "checkpoint.warm", "off")
    try scene.checkpoint("worker")
    #expect(try clones(scene) == ["warm"])
    #expect(try scene.checkpoint("show", "--json", "mine").json()["state"]?.string?.hasSuffix("warm") == true)
  }

  @Test("checkpoints start the worker by themselves, and rollbacks stop it")
  func detached() throws {
    let scene = try scene()
    let database = try #require(scene.database)
    try scene.repository.git("config", "checkpoint.background", "true")
    let before = try scene.picture()
    try scene.checkpoint("stage-01-start")
    // Whatever the worker is doing now.
    try database.psql("CREATE TABLE later (n int)")
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    try scene.expect(before)
    try scene.wait(for: "a warm clone") { try clones(scene) == ["warm"] }
    let rescue = try #require(scene.names(in: "manifests").first { $0.hasPrefix("before-rollback") })
    // The replaced database is in the store as well.
    try scene.wait(for: "a copy of the replaced database") {
      try scene.checkpoint("show", "--json", "\(String(rescue.dropLast(5)))").json()["notes"]?["secured"]
        != nil
    }
    let aside = try #require(database.relatives().first { $0.contains("_before_") })
    try database.dropRelative(aside)
    try scene.checkpoint("verify", "\(String(rescue.dropLast(5)))")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM later").contains("0"))
    try scene.wait(for: "the end of the worker") {
      try scene.checkpoint("status", "--json").json()["background"]?.string == nil
        && clones(scene) == ["warm"]
    }
  }

  @Test("a database above warmSizeLimit gets no clone, and status says why")
  func tooLarge() throws {
    let scene = try scene()
    try scene.repository.git("config", "checkpoint.warmSizeLimit", "1m")
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("worker")
    #expect(try clones(scene) == [])
    #expect(try scene.checkpoint("status").printed.contains("warmSizeLimit"))
  }

  @Test("what went wrong in the background is in status until it is done")
  func failure() throws {
    let scene = try scene()
    try scene.checkpoint("stage-01-start")
    try scene.repository.git("config", "checkpoint.warmFreeSpace", "a lot")
    #expect(try scene.run("worker").code != 0)
    #expect(try scene.checkpoint("status").printed.contains("warmFreeSpace"))
    try scene.repository.git("config", "--unset", "checkpoint.warmFreeSpace")
    try scene.checkpoint("worker")
    #expect(try scene.checkpoint("status", "--json").json()["backgroundFailure"]?.string == nil)
    #expect(try clones(scene) == ["warm"])
  }

  @Test("half-made clones of killed processes are removed by the next worker")
  func killed() throws {
    let (scene, database, _) = try warmed()
    try scene.checkpoint("warm", "drop")
    try database.psql("INSERT INTO things SELECT md5(n::text) FROM generate_series(1, 40000) n")
    try scene.checkpoint("stage-01-core")
    try database.psql("CREATE TABLE another ()")
    let running = try scene.program.start(["warm", "stage-01-core"])
    try database.server.waitUntil(
      "SELECT count(*) > 0 FROM pg_database WHERE datname LIKE '\(database.name)_restoring_%'")
    running.send(SIGKILL)
    _ = running.wait()
    try scene.checkpoint("worker")
    #expect(try database.relatives().filter { !$0.contains("_warm_") } == [])
    #expect(try clones(scene) == ["warm"])
  }
}

@Suite("Databases that are not to be mixed up", .needsPostgreSQL)
struct RetainedDatabaseTests {
  private func people(_ database: TestDatabase) throws -> String {
    try database.psql("SELECT string_agg(name, ',' ORDER BY id) FROM people WHERE id < 3")
  }

  @Test("a checkpoint of one schema has no clone, and leaves the other schemas alone")
  func part() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.git("config", "checkpoint.database.main.env", "DATABASE_URL")
    try scene.repository.git("config", "checkpoint.database.main.schema", "inside")
    try database.psql("CREATE SCHEMA inside; CREATE TABLE inside.one AS SELECT 1 AS n")
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("worker")
    #expect(try scene.run("warm", "stage-01-start").code == 1)
    #expect(try database.relatives() == [])
    try database.psql("DROP TABLE inside.one")
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    #expect(try database.psql("SELECT count(*) FROM people, inside.one").contains("100"))
  }

  @Test("undo brings a database back under the name that it had, and under no other")
  func otherDatabase() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let other = try database.server.makeDatabase(.createDatabases)
    try scene.checkpoint("custom", "one")
    try database.psql("UPDATE people SET name = 'changed'")
    try scene.checkpoint("rollback", "--yes", "one")
    try scene.repository.write(".env", "DATABASE_URL=\(other.url)\n", mode: 0o600)
    // The address of then comes from what the rollback replaced, and comes back with it.
    let result = try scene.checkpoint("undo", "--yes")
    #expect(result.printed.contains(database.name), "\(result)")
    #expect(try people(database).contains("changed"))
    #expect(try other.psql("SELECT to_regclass('people') IS NULL") == "t")
    #expect(try scene.repository.read(".env") == "DATABASE_URL=\(database.url)\n")
  }

  @Test("a copy of the project drops nothing that the original keeps")
  func copiedProject() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("custom", "one")
    try database.psql("UPDATE people SET name = 'precious'")
    try scene.checkpoint("rollback", "--yes", "one")
    let copy = scene.directory.path.appending("copy")
    try Program.run(["cp", "-a", scene.repository.top, copy]).succeeded()
    try scene.program.run(["rollback", "--yes", "one"], in: copy).succeeded()
    try scene.program.run(["rollback", "--yes", "one"], in: copy).succeeded()
    try scene.checkpoint("undo", "--yes")
    #expect(try people(database).contains("precious"))
  }

  @Test("settings and a comment that were given to a clone make it another database")
  func properties() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("warm", "stage-01-start")
    let clone = try #require(database.relatives().first)
    for change in [
      "ALTER DATABASE \"\(clone)\" SET work_mem = '77MB'", "COMMENT ON DATABASE \"\(clone)\" IS 'x'",
    ] {
      try database.server.psql(change)
      let list = try scene.checkpoint("warm", "list", "--json").json()["clones"]?.array
      #expect(list?.first?["state"]?.string == "changed")
    }
    try scene.checkpoint("rollback", "--yes", "stage-01-start")
    #expect(try database.psql("SHOW work_mem").contains("4MB"))
  }

  @Test("what a killed rollback has staged is not another store's to remove")
  func staged() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let other = try Scene.small()
    try other.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    let before = try scene.picture()
    try scene.checkpoint("custom", "one")
    try scene.repository.git("config", "checkpoint.services.stop", "echo stopping; sleep 60")
    try database.psql("DROP TABLE things")
    let running = try scene.program.start(["rollback", "--yes", "one"])
    try database.server.waitUntil(
      "SELECT count(*) > 0 FROM pg_database WHERE datname LIKE '\(database.name)_staged_%'")
    running.send(SIGKILL)
    _ = running.wait()
    try other.checkpoint("custom", "another")
    try other.checkpoint("verify", "--restore", "another")
    try scene.checkpoint("rollback", "--continue", "--no-services")
    try scene.expect(before)
  }
}

extension Scene {
  /// Waits until something that goes on in the background has come about.
  func wait(for what: String, _ condition: () throws -> Bool) throws {
    let deadline = MonotonicTime.now + 60
    while try !condition() {
      if MonotonicTime.now > deadline { throw ProgramFailure("in vain: \(what)") }
      usleep(50_000)
    }
  }
}
