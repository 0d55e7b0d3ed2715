// Comparing what is damaged, gone, huge, or in another encoding: the rest is compared, and what is not is said.

import FileSystem
import TestSupport
import Testing

@Suite("diff of what is difficult", .needsPostgreSQL)
struct DiffBadInputTests {
  @Test("binary and huge files are named with their sizes, and links and modes as such")
  func files() throws {
    let scene = try Scene.small()
    let repository = scene.repository
    try repository.write("binary", [0, 1, 2])
    try repository.write("huge.txt", Array(repeating: UInt8(ascii: "a"), count: 9 << 20))
    try repository.write("mode.sh", "#!/bin/sh\n")
    try repository.link("link", to: "a.txt")
    try repository.commit("Before")
    try scene.checkpoint("custom", "before")
    try repository.write("binary", [0, 1, 2, 3])
    try repository.write("huge.txt", Array(repeating: UInt8(ascii: "b"), count: 9 << 20))
    try FileTree.setPermissions(repository.top.appending("mode.sh"), 0o755)
    try repository.remove("link")
    try repository.link("link", to: "binary")
    try repository.write(BytePath([0xE9, 0x1B, 0x5B]), "Latin-1 and an escape\n")
    try repository.write("latin1.txt", [0xE9, 0x0A, 0xE8, 0x0A])
    let result = try scene.checkpoint("diff", "before", "--files")
    for words in [
      "binary, 3 B → 4 B  binary", "large, 9.4 MB → 9.4 MB  huge.txt", "mode mode.sh", "link link",
      "added +1 -0 \\xE9\\x1B[", "added +2 -0 latin1.txt",
    ] {
      let text = result.text.split(separator: " ").joined(separator: " ")
      #expect(text.contains(words.split(separator: " ").joined(separator: " ")), "\(words) in \(result)")
    }
    #expect(!result.output.contains(0x1B))
    _ = try scene.run("diff", "before", "--json").succeeded().json()
  }

  @Test("a checkpoint whose commit and files are gone is compared in what is left, with exit code 3")
  func commitGone() throws {
    let scene = try Scene.small(.createDatabases)
    let id = try scene.take("custom", "before")
    try scene.repository.git("checkout", "-q", "--orphan", "other")
    try scene.repository.commit("Other")
    try scene.repository.git("branch", "-D", "main")
    for ref in try scene.refs() { try scene.repository.git("update-ref", "-d", ref) }
    try scene.repository.git("reflog", "expire", "--expire=now", "--all")
    try scene.repository.git("gc", "-q", "--prune=now")
    try #require(scene.database).psql("DELETE FROM people WHERE id = 1")
    let result = try scene.run("diff", "before", "--data", "--files")
    #expect(result.code == 3, "\(result)")
    #expect(result.text.contains("of \(id) are gone"), "\(result)")
    #expect(result.text.contains("0 added, 1 removed, 0 changed"), "\(result)")
  }

  @Test("a database that does not answer, or that is kept on its server, does not hide the rest")
  func unreachable() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    try scene.checkpoint("custom", "before")
    try scene.repository.write("a.txt", "two\n")
    scene.program.environment["DATABASE_URL"] = "postgresql://nobody@/none?host=/nonexistent"
    let result = try scene.run("diff", "before")
    #expect(result.code == 3 && result.text.contains("a.txt"), "\(result)")
    #expect(result.text.contains("not compared: "), "\(result)")
    #expect(try scene.run("diff", "before", "--no-database").code == 0)
    scene.program.environment["DATABASE_URL"] = nil

    try database.psql("DELETE FROM people")
    try scene.checkpoint("rollback", "--yes", "before")
    let rescue = try #require(try scene.names(in: "manifests").first { $0.hasPrefix("before-rollback") })
    let kept = try scene.run("diff", "\(rescue.dropLast(5))", "before")
    #expect(
      kept.code == 3 && kept.text.contains("the server keeps them as \(database.name)_before"), "\(kept)")
    #expect(kept.text.contains("a.txt"), "\(kept)")
  }

  @Test("checkpoints without a database, or with another one, are compared in what they have")
  func otherDatabases() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("custom", "without", "--no-database")
    try scene.checkpoint("custom", "with")
    try scene.checkpoint("database", "rows")
    let result = try scene.checkpoint("diff", "without", "with")
    #expect(result.text.contains("not in the first state"), "\(result)")
    #expect(try scene.checkpoint("diff", "with", "without").text.contains("not in the second state"))
    #expect(try scene.checkpoint("diff", "without").text.contains("not in the first state"))
    let rows = try scene.checkpoint("diff", "with", "rows")
    #expect(rows.text.contains("holds no files; those of its commit are compared"), "\(rows)")
    #expect(rows.text.contains("rows  the same"), "\(rows)")
  }

  @Test("values and names in another encoding are readable, and control characters cannot get out")
  func encodings() throws {
    let options = "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    let scene = try Scene.small(.createDatabases, options: options)
    let database = try #require(scene.database)
    func psql(_ script: String) throws { try database.psql("SET client_encoding = 'UTF8'; \(script)") }
    try psql(
      """
      CREATE TABLE "Größe" ("Schlüssel" int PRIMARY KEY, "Wert" text);
      INSERT INTO "Größe" VALUES (1, 'grün'), (2, 'gleich');
      """)
    try scene.checkpoint("custom", "before")
    try psql(
      """
      UPDATE "Größe" SET "Wert" = E'süß \\x1b[31m' WHERE "Schlüssel" = 1; ALTER TABLE "Größe" ADD "Länge" text DEFAULT 'ö';
      """)
    let result = try scene.checkpoint("diff", "before", "--schema", "--table", "Größe")
    #expect(result.text.contains("Schlüssel=1  Wert: grün → “süß \\u{1b}[31m”"), "\(result)")
    #expect(result.text.contains("+ column \"Länge\" text DEFAULT 'ö'::text"), "\(result)")
    #expect(!result.output.contains(0x1B))
  }

  @Test("what may hold passwords is not shown of a definition", .needs(.extension("postgres_fdw")))
  func secrets() throws {
    let scene = try Scene.small(.superuser)
    let database = try #require(scene.database)
    try scene.checkpoint("custom", "before")
    try database.psql(
      """
      CREATE EXTENSION postgres_fdw;
      CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'example.org');
      CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user 'u', password 'very-secret');
      """)
    try scene.checkpoint("custom", "after")
    for options in [["--schema"], ["--schema", "--json"]] {
      let result = try scene.program.run((["diff", "before", "after"] + options).map { BytePath($0) })
        .succeeded()
      #expect(result.text.contains("user mapping") && !result.text.contains("very-secret"), "\(result)")
    }
    try database.psql(
      "ALTER USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (SET password 'another-secret')")
    let changed = try scene.checkpoint("diff", "after", "--schema")
    #expect(changed.text.contains("~ user mapping") && !changed.text.contains("secret"), "\(changed)")
  }
}
