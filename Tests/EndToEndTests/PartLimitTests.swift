// Where a part of a database ends: what belongs to it, what does not, and what is not taken away without a word.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("The limits of a part", .needsPostgreSQL)
struct PartLimitTests {
  private func restore(_ scene: Scene, _ id: String, _ more: any BytePathConvertible...) throws
    -> ProgramResult
  {
    try scene.program.run(["restore", "database", id, "--yes"] + more)
  }

  @Test(
    "what was written after the rows came back is not taken away by --abort",
    arguments: LongHunt.cases([true, false]))
  func writtenSince(isDataOnly: Bool) throws {
    let scene = try Scene.small(.plain)
    let (database, server) = (try #require(scene.database), try PostgresServer.shared())
    // On a machine with much to do the others take their time to queue up.
    try scene.repository.git("config", "checkpoint.lockTimeout", "120")
    let id = try scene.take("full")
    try database.psql("DELETE FROM people")
    func waits(_ mode: String) -> String {
      "SELECT count(*) > 0 FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        + "WHERE NOT granted AND mode = '\(mode)' AND datname = '\(database.name)'"
    }
    func end(_ session: RunningProgram, _ text: String) throws {
      session.send(SIGKILL)
      try server.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' AND query LIKE '%\(text)%'"
      )
    }
    let reader = try server.session("SELECT * FROM people", in: database.name)
    let words: [BytePath] = ["restore", "database", "\(id)", "--yes", "--table", "people"]
    let running = try scene.program.start(words + (isDataOnly ? ["--data-only"] : []))
    try server.waitUntil(waits("AccessExclusiveLock"))
    // Queued after the restore, and before its ANALYZE.
    let program = server.programs.appending("psql")
    let second = try Program.start(
      [
        program, "-X", "-h", server.directory, "-U", "postgres", "-d", BytePath(database.name), "-c",
        "BEGIN; LOCK TABLE people IN SHARE UPDATE EXCLUSIVE MODE; SELECT pg_sleep(120)",
      ])
    try server.waitUntil(waits("ShareUpdateExclusiveLock"))
    try server.psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' AND application_name = 'a long report'"
    )
    reader.send(SIGKILL)
    try server.waitUntil(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = '\(database.name)' AND query LIKE 'ANALYZE%' AND wait_event_type = 'Lock'"
    )
    running.send(SIGKILL)
    _ = running.wait()
    try end(second, "LOCK TABLE people")
    try database.psql("INSERT INTO people VALUES (1000, 'since')")
    let result = try scene.run("rollback", "--abort")
    #expect(result.code == 1)
    #expect(result.errorText.contains("was written to since it was restored: public.people"), "\(result)")
    try scene.checkpoint("rollback", "--continue")
    #expect(try database.psql("SELECT count(*) FROM people") == "101")
  }

  @Test("a table in the middle of nested partitions brings its partitions with their rows")
  func nested() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE TABLE top (k int, j int) PARTITION BY LIST (k);
      CREATE TABLE mid PARTITION OF top FOR VALUES IN (1) PARTITION BY LIST (j);
      CREATE TABLE leaf PARTITION OF mid FOR VALUES IN (1);
      INSERT INTO top VALUES (1, 1), (1, 1);
      """)
    let id = try scene.take("full")
    let before = try scene.picture()
    try database.psql("DELETE FROM top")
    try restore(scene, id, "--table", "mid").succeeded()
    try scene.expect(before)
    try database.psql("DELETE FROM top")
    try restore(scene, id, "--table", "mid", "--data-only").succeeded()
    try scene.expect(before)
    // With an index above, a partition that is attached gets one next to its own.
    try database.psql("CREATE INDEX ON top (k)")
    let indexed = try scene.take("full")
    let refused = try restore(scene, indexed, "--table", "mid")
    #expect(refused.code == 1)
    #expect(refused.errorText.contains("mid is a partition of"), "\(refused)")
    try restore(scene, indexed, "--table", "top").succeeded()
  }

  @Test("large objects and sequences that no table owns are of the whole, and of no part")
  func beyondTables() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql("SELECT lo_from_bytea(5001, 'one'); CREATE SEQUENCE free; SELECT nextval('free')")
    let objects = "SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_largeobject_metadata"
    let id = try scene.take("full")
    try scene.repository.git("config", "checkpoint.database.schema", "public")
    let ofSchema = try scene.take("custom", "of-schema")
    try scene.repository.git("config", "--unset", "checkpoint.database.schema")
    try restore(scene, ofSchema, "--data-only").succeeded()
    #expect(try database.psql(objects) == "5001", "the checkpoint of a schema says nothing of them")
    try restore(scene, id, "--data-only", "--table", "people").succeeded()
    try database.psql("SELECT lo_from_bytea(5002, 'two'); SELECT setval('free', 40)")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql(objects) == "5001,5002", "undo is about what was restored")
    #expect(try database.psql("SELECT last_value FROM free") == "40")
    try restore(scene, id, "--data-only").succeeded()
    #expect(try database.psql(objects + "; SELECT last_value FROM free") == "5001\n1")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql(objects + "; SELECT last_value FROM free") == "5001,5002\n40")
  }

  @Test("undo means the tables that were restored, whatever their names look like")
  func names() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql("CREATE TABLE \"t*\" (a int); CREATE TABLE tx (a int)")
    let id = try scene.take("full")
    for option in [[], ["--data-only"]] as [[BytePath]] {
      try scene.program.run(["restore", "database", id, "--yes", "--table", "public.t[*]"] + option)
        .succeeded()
      try database.psql("CREATE TABLE ty (a int); INSERT INTO tx VALUES (1)")
      try scene.checkpoint("undo", "--yes")
      #expect(try database.psql("SELECT count(*), to_regclass('ty') IS NULL FROM tx") == "1|f")
      try database.psql("DROP TABLE ty; DELETE FROM tx")
    }
  }

  @Test(
    "renames that lose or mix rows are refused",
    arguments: [
      (["--rename", "people=things"], 1, "would both go into public.things"),
      (["--rename", "people=nix"], 2, "there is no table public.nix today"),
      (["--rename", "people.name=nix"], 2, "there is no column public.people.nix today"),
      (["--rename", "people.name=id"], 1, "two recorded columns"),
    ] as [([BytePath], Int32, String)])
  func renames(words: [BytePath], code: Int32, message: String) throws {
    let scene = try Scene.small(.plain)
    let id = try scene.take("full")
    let before = try scene.picture()
    let result = try scene.program.run(["restore", "database", id, "--yes", "--data-only"] + words)
    #expect(result.code == code)
    #expect(result.errorText.contains(message), "\(result)")
    try scene.expect(before)
  }

  @Test("values that a conversion changes are counted, in the plan and afterwards")
  func changedValues() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql(
      "CREATE TABLE v (n numeric(10,4), f float8, t timestamp, j json);"
        + "INSERT INTO v VALUES (2.5678, 1.6, '2026-01-02 03:04', '{}'), (1, 2, '2026-01-02', '[1]')")
    let id = try scene.take("full")
    try database.psql(
      "ALTER TABLE v ALTER n TYPE numeric(10,1), ALTER f TYPE int, ALTER t TYPE date, ALTER j TYPE text")
    let plan = try scene.checkpoint("restore", "database", id, "--data-only", "--plan").text
    for column in ["n: 1 values are changed", "f: 1 values are changed", "t: 1 values are changed"] {
      #expect(plan.contains("public.v.\(column)"), "\(plan)")
    }
    #expect(plan.contains("“2.5678”") && !plan.contains("v.j:"), "\(plan)")
    #expect(
      try restore(scene, id, "--data-only").succeeded().printed.contains("public.v.f: 1 values are changed"))
  }

  @Test("definitions without rows come back in place, too")
  func schemaOnly() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    let id = try scene.take("full")
    let before = try scene.picture()
    try restore(scene, id, "--schema-only").succeeded()
    #expect(try database.psql("SELECT count(*) FROM people") == "0")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
  }

  @Test(
    "an excluded table that something else needs stops the checkpoint",
    arguments: [
      "CREATE VIEW v AS SELECT * FROM things",
      "ALTER TABLE things ADD UNIQUE (what); CREATE TABLE w (what text REFERENCES things (what))",
    ])
  func excluded(needing: String) throws {
    let scene = try Scene.small(.createDatabases)
    try scene.repository.git("config", "checkpoint.database.excludeTable", "things")
    try scene.checkpoint("full")
    try scene.database?.psql(needing)
    let result = try scene.run("full")
    #expect(result.code == 1)
    #expect(result.errorText.contains("could not be restored without"), "\(result)")
    try scene.expectNone(scene.leftovers())
  }

  @Test("a table with statistics objects comes back, and default privileges are warned of")
  func statistics() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql("CREATE STATISTICS s ON id, name FROM people")
    let id = try scene.take("full")
    let before = try scene.picture()
    try restore(scene, id, "--table", "people").succeeded()
    try scene.expect(before)
    try database.psql("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")
    let plan = try scene.checkpoint("restore", "database", id, "--table", "people", "--dry-run")
    #expect(plan.text.contains("default privileges"), "\(plan)")
  }

  @Test("a part in a database of its own does without what refers to tables outside, and says so")
  func standalone() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE TABLE top (k int) PARTITION BY LIST (k);
      CREATE TABLE leaf PARTITION OF top FOR VALUES IN (1);
      INSERT INTO top VALUES (1);
      CREATE TABLE orders (person int REFERENCES people);
      """)
    let id = try scene.take("full")
    let name = "\(database.name)_part"
    let result = try scene.checkpoint(
      "restore", "database", id, "--table", "leaf", "--table", "orders", "--target-db", name)
    #expect(result.printed.contains("left out: the foreign key orders orders_person_fkey"), "\(result)")
    #expect(
      try database.server.psql("SELECT count(*), to_regclass('top') IS NULL FROM leaf", in: name) == "1|t")
    try database.server.psql("DROP DATABASE \"\(name)\"")
  }

  @Test("only materialized views that read the tables of a part are filled again")
  func views() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE MATERIALIZED VIEW of_people AS SELECT count(*) AS n FROM people;
      CREATE VIEW between AS SELECT n FROM of_people;
      CREATE MATERIALIZED VIEW above AS SELECT n + 1 AS n FROM between;
      CREATE MATERIALIZED VIEW of_things AS SELECT count(*) AS n FROM things;
      """)
    let id = try scene.take("full")
    try database.psql("DELETE FROM people; DELETE FROM things")
    try database.psql("REFRESH MATERIALIZED VIEW of_people; REFRESH MATERIALIZED VIEW above")
    try restore(scene, id, "--data-only", "--table", "people").succeeded()
    #expect(
      try database.psql("SELECT n, (SELECT n FROM above), (SELECT n FROM of_things) FROM of_people")
        == "100|101|2")
  }
}
