// What of a data-only restore stays as it is: the tables in which migration tools remember what they have done, and
// those that the user excludes; and what its plan says first.

import FileSystem
import TestSupport
import Testing

@Suite("What data-only leaves alone", .needsPostgreSQL)
struct LedgerTests {
  private static let ledgers = """
    CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('001');
    CREATE TABLE django_migrations (id serial PRIMARY KEY, app text, name text, applied timestamptz);
    INSERT INTO django_migrations (app, name) VALUES ('shop', '0001');
    CREATE TABLE "__EFMigrationsHistory" ("MigrationId" text PRIMARY KEY, "ProductVersion" text);
    INSERT INTO "__EFMigrationsHistory" VALUES ('one', '8');
    CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
    INSERT INTO drizzle.__drizzle_migrations (hash) VALUES ('abc');
    -- The project's own, of a known name.
    CREATE TABLE migrations (bird text, flown_at date); INSERT INTO migrations VALUES ('stork', '2026-03-01');
    CREATE TABLE orders (id int PRIMARY KEY, name text); INSERT INTO orders SELECT n, 'o' || n FROM generate_series(1, 9) n;
    """

  private static let migration = """
    INSERT INTO schema_migrations VALUES ('002'); INSERT INTO django_migrations (app, name) VALUES ('shop', '0002');
    INSERT INTO "__EFMigrationsHistory" VALUES ('two', '8');
    INSERT INTO drizzle.__drizzle_migrations (hash) VALUES ('def');
    DELETE FROM migrations; DELETE FROM orders WHERE id > 3; ALTER TABLE orders RENAME name TO title;
    """

  private static let counts = """
    SELECT (SELECT count(*) FROM schema_migrations), (SELECT count(*) FROM django_migrations),
      (SELECT count(*) FROM "__EFMigrationsHistory"), (SELECT count(*) FROM drizzle.__drizzle_migrations),
      (SELECT count(*) FROM migrations), (SELECT count(*) FROM orders)
    """

  private func migrated() throws -> (Scene, TestDatabase) {
    let scene = try Scene(.plain)
    let database = try #require(scene.database)
    try scene.repository.write("a.txt", "one\n")
    try scene.repository.commit("First")
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n")
    try database.psql(Self.ledgers)
    _ = try scene.take("database", "before")
    try database.psql(Self.migration)
    return (scene, database)
  }

  private func restore(_ scene: Scene, _ words: any BytePathConvertible...) throws -> ProgramResult {
    try scene.program.run(
      ["restore", "database", "before", "--data-only", "--rename", "orders.name=title"] + words)
  }

  @Test("ledgers of migration tools stay, and the plan says so first; tables of other shapes are data")
  func ledgers() throws {
    let (scene, database) = try migrated()
    let plan = try restore(scene, "--plan").succeeded()
    #expect(plan.lines.prefix(4).allSatisfy { $0.contains("the migration ledger of ") }, "\(plan)")
    for tool in ["Rails or dbmate", "Django", "Entity Framework", "Drizzle"] {
      #expect(plan.text.contains(tool))
    }
    #expect(plan.lines.last == "… and 2 tables with all their columns", "\(plan)")
    try restore(scene, "--yes").succeeded()
    #expect(try database.psql(Self.counts) == "2|2|2|2|1|9")
    #expect(
      try database.psql("INSERT INTO django_migrations (app) VALUES ('x') RETURNING id") == "3",
      "the ledger's sequence stays as well")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql(Self.counts) == "2|3|2|2|0|3")
  }

  @Test("--include-ledger brings them back, and undo takes that back, too")
  func included() throws {
    let (scene, database) = try migrated()
    try restore(scene, "--include-ledger", "--yes").succeeded()
    #expect(try database.psql(Self.counts) == "1|1|1|1|1|9")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql(Self.counts) == "2|2|2|2|0|3")
    // A user who names it means it.
    try restore(scene, "--table", "schema_migrations", "--table", "orders", "--yes").succeeded()
    #expect(try database.psql(Self.counts) == "1|2|2|2|0|9")
  }

  @Test("excluded tables stay, partitions among them, and names that mean nothing are mistakes")
  func excluded() throws {
    let (scene, database) = try migrated()
    try database.psql(
      """
      CREATE TABLE events (at date, what text) PARTITION BY RANGE (at);
      CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
      INSERT INTO events VALUES ('2026-01-02', 'a'), ('2026-02-02', 'b');
      """)
    _ = try scene.take("database", "later")
    try database.psql(
      "UPDATE events SET what = 'new'; UPDATE orders SET title = 'new'; INSERT INTO migrations VALUES ('x')")
    func run(_ words: any BytePathConvertible...) throws -> ProgramResult {
      try scene.program.run(["restore", "database", "later", "--data-only"] + words)
    }
    let wrong = try run("--exclude-table", "nix", "--yes")
    #expect(wrong.code == 2 && wrong.errorText.contains("no table “nix”"), "\(wrong)")
    let plan = try run("--exclude-table", "events_2", "--exclude-table", "ord*", "--plan").succeeded()
    #expect(plan.text.contains("public.events_2: excluded, stays as it is"), "\(plan)")
    try run("--exclude-table", "events_2", "--exclude-table", "ord*", "--yes").succeeded()
    let state =
      "SELECT (SELECT string_agg(what, ',' ORDER BY at) FROM events), (SELECT min(title) FROM orders),"
      + " (SELECT count(*) FROM migrations)"
    #expect(try database.psql(state) == "a,new|new|0")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql(state) == "new,new|new|1")
    #expect(try scene.run("restore", "database", "later", "--exclude-table", "orders", "--yes").code == 2)
    // If one partition was restored, undo brings back that one, and leaves the others.
    try run("--table", "events_1", "--yes").succeeded()
    #expect(try database.psql(state) == "a,new|new|1")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql(state) == "new,new|new|1")
  }

  @Test("a partition cannot stay if rows go in through its whole table")
  func partitionThroughWhole() throws {
    let (scene, database) = try migrated()
    try database.psql(
      """
      CREATE TABLE parts (n int) PARTITION BY RANGE (n); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (5);
      CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (5) TO (9); INSERT INTO parts VALUES (1), (6);
      """)
    _ = try scene.take("database", "later")
    try database.psql(
      "DROP TABLE parts_1; CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (5)")
    let refused = try scene.run(
      "restore", "database", "later", "--data-only", "--exclude-table", "parts_2", "--yes")
    #expect(
      refused.code == 1 && refused.errorText.contains("public.parts_2 cannot stay as it is"), "\(refused)")
  }

  @Test(
    "--rename of what is not there says only that",
    arguments: [
      ("orders.name=nix", "there is no column public.orders.nix today"),
      ("orders=nix", "there is no table public.nix today"),
      ("orders.nix=title", "--rename names “orders.nix”"),
    ])
  func renames(words: BytePath, message: String) throws {
    let (scene, database) = try migrated()
    try database.psql(
      "ALTER TABLE orders ADD must int NOT NULL DEFAULT 1; ALTER TABLE orders ALTER must DROP DEFAULT")
    let result = try scene.run("restore", "database", "before", "--data-only", "--plan", "--rename", words)
    #expect(result.code == 2 && result.errorText.contains(message), "\(result)")
    #expect(result.errorText.split(separator: "\n").count == 2 && result.text == "", "\(result)")
  }
}
