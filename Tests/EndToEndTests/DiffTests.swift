// What differs between two checkpoints, or a checkpoint and now: files, configuration, definitions, rows; and that looking
// leaves nothing behind.

import FileSystem
import TestSupport
import Testing

@Suite("diff", .needsPostgreSQL)
struct DiffTests {
  /// A project with a checkpoint, and everything in it changed.
  private func changed() throws -> (scene: Scene, database: TestDatabase, id: String) {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE TABLE pairs (a int, b text, v text, gone int, PRIMARY KEY (b, a));
      INSERT INTO pairs SELECT n, 'k' || n % 3, 'v', n FROM generate_series(1, 10) n;
      CREATE FUNCTION next(i int) RETURNS int LANGUAGE sql AS 'SELECT i + 1';
      CREATE VIEW names AS SELECT name FROM people;
      """)
    try scene.repository.write("source/one/a.txt", "1\n2\n3\n")
    try scene.repository.write("source/two/b.txt", "moved\n")
    try scene.repository.commit("Before")
    let id = try scene.take("custom", "before")
    try database.psql(
      """
      UPDATE people SET name = E'tab\\t, \\\\ and \\u20ac' WHERE id = 5; UPDATE people SET name = NULL WHERE id = 6;
      DELETE FROM people WHERE id = 50; INSERT INTO people VALUES (1000, 'new');
      INSERT INTO things VALUES ('two'), ('three'); DELETE FROM things WHERE what = 'one';
      UPDATE pairs SET v = 'w' WHERE a = 4;
      ALTER TABLE people ALTER COLUMN name SET DEFAULT 'nobody'; CREATE INDEX ON people (name);
      ALTER TABLE pairs DROP COLUMN gone, ADD COLUMN come int DEFAULT 3; DROP VIEW names;
      CREATE TABLE coupons (code text PRIMARY KEY, worth numeric(10, 2) NOT NULL);
      INSERT INTO coupons VALUES ('A', 1), ('B', 2);
      CREATE OR REPLACE FUNCTION next(i int) RETURNS int LANGUAGE sql AS 'SELECT i + 2';
      """)
    try scene.repository.write("source/one/a.txt", "1\n3\n4\n5\n")
    try scene.repository.git("mv", "source/two/b.txt", "source/two/c.txt")
    try scene.repository.commit("After")
    try scene.repository.write(".env.local", "TOKEN=very-secret\n", mode: 0o600)
    try scene.repository.write("untracked.txt", "new\n")
    return (scene, database, id)
  }

  @Test("two checkpoints are compared by files, configuration, definitions and tables")
  func overview() throws {
    let (scene, _, before) = try changed()
    let after = try scene.take("custom", "after")
    let changes = try scene.run("diff", "before", "after", "--json").succeeded().json()
    #expect(changes["before"]?["checkpoint"]?.string == before)
    #expect(changes["after"]?["checkpoint"]?.string == after)
    let work = changes["work"]
    #expect(work?["commitsAdded"]?.number == 1 && work?["commitsRemoved"]?.number == 0)
    let files = (work?["files"]?.array ?? []).map {
      "\($0["change"]?.string ?? "") \($0["path"]?.string ?? "")"
    }
    #expect(files == ["changed source/one/a.txt", "moved source/two/c.txt", "added untracked.txt"])
    #expect(work?["linesAdded"]?.number == 3 && work?["linesRemoved"]?.number == 1)
    #expect(work?["directories"]?.array?.count == 3)
    let kept = (changes["keptFiles"]?.array ?? []).map {
      "\($0["change"]?.string ?? "") \($0["path"]?.string ?? "")"
    }
    #expect(kept == ["added .env.local"])

    let database = changes["databases"]?[0]
    let tables = (database?["tables"]?.array ?? []).map {
      "\($0["change"]?.string ?? "") \($0["name"]?.string ?? "")"
    }
    #expect(
      tables == [
        "added public.coupons", "changed public.pairs", "changed public.people", "changed public.things",
      ])
    #expect(database?["before"]?["rows"]?.number == 112 && database?["after"]?["rows"]?.number == 115)
    let people = database?["tables"]?[2]?["rows"]
    #expect(
      ["added", "removed", "changed"].map { people?[$0]?.number } == [1, 1, 2], "small tables are read")

    let text = try scene.checkpoint("diff", "before", "after").text
    for line in [
      "+ table public.coupons", "+ PRIMARY KEY (code)", "- view public.names",
      "~ function public.next(integer)",
      "~ column name: text → text DEFAULT 'nobody'::text", "- column gone integer",
      "+ column come integer DEFAULT 3",
      "+ index people_name_idx", "added  .env.local",
    ] {
      #expect(text.contains(line), "\(line) in \(text)")
    }
    #expect(!text.contains("very-secret"))
  }

  @Test("sections are shown by themselves, and totals by themselves")
  func sections() throws {
    let (scene, _, _) = try changed()
    try scene.checkpoint("custom", "after")
    let files = try scene.run("diff", "before", "after", "--files", "--json").succeeded().json()
    #expect(files["work"] != nil && files["databases"] == nil)
    let schema = try scene.run("diff", "before", "after", "--schema", "--json").succeeded().json()
    #expect(schema["work"] == nil && schema["databases"]?[0]?["schema"] != nil)
    #expect(schema["databases"]?[0]?["tables"] == nil)
    let data = try scene.run("diff", "before", "after", "--data", "--json").succeeded().json()
    #expect(data["work"] != nil && data["databases"]?[0]?["schema"] != nil, "it hides nothing")
    let rows = try scene.run("diff", "before", "after", "--table", "people", "--json").succeeded().json()
    #expect(rows["work"] == nil && rows["databases"]?[0]?["schema"] == nil)
    #expect(rows["databases"]?[0]?["tables"]?.array?.count == 1)
    let stat = try scene.checkpoint("diff", "before", "after", "--stat").text
    #expect(stat.contains("3 files: 1 added, 1 changed, 1 moved") && !stat.contains("a.txt"), "\(stat)")
    #expect(!stat.contains("coupons") && stat.contains("4 tables differ"), "\(stat)")
    #expect(try scene.checkpoint("diff", "before", "before").text.contains("no file differs"))
    #expect(try scene.run("diff", "--limit", "3").code == 2)
  }

  @Test("small tables are read unasked, of checkpoints and of the present; large ones with --data")
  func unasked() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql(
      "CREATE TABLE big AS SELECT n, repeat(md5(n::text), 10) AS text FROM generate_series(1, 30000) n")
    try scene.checkpoint("custom", "before")
    try database.psql("UPDATE big SET text = 'x' || text; UPDATE people SET name = 'other' WHERE id = 3")
    try scene.checkpoint("custom", "after")
    for others in [["after"], []] as [[BytePath]] {
      let text = try scene.program.run(["diff", "before"] + others).succeeded().text
      #expect(
        text.contains("0 added, 0 removed, 1 changed") && text.contains("at most 30,000 added"), "\(text)")
      let data = try scene.program.run(["diff", "before", "--data"] + others).succeeded().text
      #expect(data.contains("30,000 added, 30,000 removed") && data.contains("files  "), "\(data)")
    }
  }

  @Test("rows are counted and listed by primary key, whole ones if there is none")
  func rows() throws {
    let (scene, _, _) = try changed()
    try scene.checkpoint("custom", "after")
    let changes = try scene.run(
      "diff", "before", "after", "--data", "--table", "people,pairs,things,coupons", "--json"
    ).succeeded().json()
    let tables = changes["databases"]?[0]?["tables"]
    func counts(_ index: Int) -> [Int?] {
      ["added", "removed", "changed"].map { tables?[index]?["rows"]?[$0]?.number }
    }
    #expect(counts(0) == [2, 0, 0] && counts(1) == [0, 0, 1])
    #expect(counts(2) == [1, 1, 2] && counts(3) == [2, 1, 0])
    #expect(tables?[1]?["rows"]?["key"]?.array == [.string("b"), .string("a")])
    let people = tables?[2]?["rows"]?["listed"]?.array ?? []
    #expect(
      people.map { $0["key"]?[0]?["after"]?.string ?? $0["key"]?[0]?["before"]?.string } == [
        "5", "6", "50", "1000",
      ])
    #expect(people[0]["values"]?.array?.count == 1)
    #expect(people[0]["values"]?[0]?["before"]?.string == "person 5")
    #expect(people[0]["values"]?[0]?["after"]?.string == "tab\t, \\ and €")
    #expect(people[1]["values"]?[0]?["after"] == .null)

    let text = try scene.checkpoint("diff", "before", "after", "--table", "p*", "--limit", "1").text
    #expect(text.contains("~ b=k1 a=4  v: v → w"), "\(text)")
    #expect(text.contains("compared without gone, come, which one side has not"), "\(text)")
    #expect(text.contains("… and 1 more changed"), "\(text)")
    let unknown = try scene.run("diff", "before", "after", "--table", "nothing")
    #expect(unknown.code == 2 && unknown.errorText.contains("“nothing”"), "\(unknown)")
  }

  @Test("the present state is compared without a trace, in the store as in the project")
  func present() throws {
    let (scene, database, id) = try changed()
    let chunks = try scene.names(in: "chunks").count
    let status = try scene.repository.git("status", "--porcelain").text
    let recorded = try scene.run("diff", id, "--data", "--table", "*", "--json").succeeded().json()
    let rows = recorded["databases"]?[0]?["tables"]?[2]?["rows"]
    #expect(rows?["added"]?.number == 1 && rows?["removed"]?.number == 1 && rows?["changed"]?.number == 2)
    let text = try scene.checkpoint("diff", id).text
    for line in [
      "to    now", "+ table public.coupons", "added .env.local", "added  +1 -0  untracked.txt",
      "of the present database were read in",
    ] {
      #expect(
        text.split(separator: " ").joined(separator: " ").contains(
          line.split(separator: " ").joined(separator: " ")), "\(line) in \(text)")
    }
    #expect(try scene.names(in: "chunks").count == chunks)
    #expect(try scene.names(in: "tmp").isEmpty && scene.leftovers().isEmpty)
    #expect(try scene.repository.git("status", "--porcelain").text == status)
    // No session is left in the database.
    let sessions = try database.psql(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    #expect(sessions.contains("0"))
    let latest = try scene.take("full")
    let same = try scene.checkpoint("diff").text
    #expect(
      same.contains(latest) && same.contains("schema  the same") && same.contains("rows  the same"), "\(same)"
    )
    #expect(same.contains("no file differs"), "\(same)")
  }

  @Test("what was restored has the same definitions, whatever PostgreSQL made of their words")
  func restored() throws {
    let scene = try Scene.small(.createDatabases)
    try #require(scene.database).fillWithAllObjects(ofSuperuser: false)
    try scene.checkpoint("custom", "before")
    try #require(scene.database).scrambleAllObjects(ofSuperuser: false)
    try scene.checkpoint("custom", "scrambled")
    try scene.checkpoint("rollback", "--yes", "before")
    let same = try scene.run("diff", "before", "--schema", "--data", "--json").succeeded().json()
    #expect(same["databases"]?[0]?["schema"]?["objects"] == .array([]), "\(same)")
    #expect(same["databases"]?[0]?["tables"] == .array([]), "\(same)")
    #expect(same["databases"]?[0]?["sequences"] == .array([]))
    #expect(same["databases"]?[0]?["otherData"] == .array([]))
    let broken = try scene.run("diff", "before", "scrambled", "--data", "--table", "*", "--json").succeeded()
      .json()
    #expect((broken["databases"]?[0]?["tables"]?.array?.count ?? 0) > 5)
  }

  @Test(
    "what pg_dump does not see is shown, too: versions and members of extensions, keys that are off, old views",
    .needs(.extension("pg_trgm"), .extension("unaccent")))
  func unseen() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try database.psql(
      """
      CREATE EXTENSION pg_trgm VERSION '1.4'; CREATE EXTENSION unaccent; CREATE TABLE src (id int PRIMARY KEY); INSERT INTO src VALUES (1);
      CREATE MATERIALIZED VIEW mv AS SELECT * FROM src; CREATE TABLE k (id int CONSTRAINT k_fk REFERENCES src)
      """)
    try scene.checkpoint("custom", "one")
    try database.psql("ALTER EXTENSION pg_trgm UPDATE; ALTER FUNCTION unaccent(text) IMMUTABLE")
    try database.psql("ALTER TABLE k DISABLE TRIGGER ALL; INSERT INTO src VALUES (2)")
    try database.psql("REFRESH MATERIALIZED VIEW mv; DELETE FROM src WHERE id = 2")
    try scene.checkpoint("custom", "two")
    for sides in [["one", "two"], ["one"]] as [[BytePath]] {
      let text = try scene.program.run(["diff"] + sides).succeeded().printed
      for line in [
        "~ extension pg_trgm", "~ member function public.unaccent(text) of the extension unaccent",
        "~ trigger of a foreign key k_fk of public.k", "enabled → disabled", "rows of public.mv differ",
      ] {
        #expect(text.contains(line), "\(line): \(text)")
      }
      #expect(!text.contains("gtrgm"), "members of an extension of another version: \(text)")
    }
  }

  @Test("definitions are whole, secrets in them are masked, and blanks between quotation marks count")
  func definitions() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try database.psql("CREATE TABLE texts (t text DEFAULT 'a  b')")
    try scene.checkpoint("custom", "before")
    let body = (1...40).map { "-- line \($0)" }.joined(separator: "\n")
    try database.psql(
      """
      ALTER TABLE texts ALTER t SET DEFAULT 'a b';
      CREATE TABLE parts (id int CHECK (id > 0), v text) PARTITION BY LIST (id);
      CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
      CREATE UNLOGGED TABLE quick (a int, b int, CONSTRAINT two CHECK (b < a));
      COMMENT ON TABLE quick IS 'password=commentSECRET6';
      CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\(body)
      SELECT 'postgres://u:urlSECRET7@h/db'$$;
      """)
    try scene.checkpoint("custom", "after")
    let text = try scene.checkpoint("diff", "before", "after", "--schema").text
    for part in ["PARTITION BY LIST (id)", "CHECK ((id > 0))", "UNLOGGED", "two", "-- line 33", "'a  b'"] {
      #expect(text.contains(part), "\(part): \(text)")
    }
    #expect(!text.contains("SECRET"), "\(text)")
    try database.psql("INSERT INTO parts VALUES (1, 'x')")
    try scene.checkpoint("custom", "later")
    let rows = try scene.checkpoint("diff", "after", "later", "--data", "--table", "parts").text
    #expect(rows.contains("1 added"), "\(rows)")
  }
}
