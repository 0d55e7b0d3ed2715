// The other commands and what they print: taking, listing, showing, marking, dry runs, restoring a part,
// leaving files out, and consent to commands.

import FileSystem
import TestSupport
import Testing

@Suite("Commands", .needsPostgreSQL)
struct CommandTests {
  @Test("init finds the database, writes settings without a password and can be repeated")
  func initialize() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let first = try scene.checkpoint("init")
    #expect(first.printed.contains(database.name) && first.printed.contains("next"), "\(first)")
    let settings = try scene.repository.read(".checkpointconfig")
    #expect(settings.contains("env = DATABASE_URL") && !settings.contains(database.name), "\(settings)")
    let again = try scene.run("init", "--json").succeeded().json()
    #expect(try scene.repository.read(".checkpointconfig") == settings)
    #expect(again["databases"]?[0]?["origin"]?.string == "DATABASE_URL in .env")
    #expect(again["store"]?.string == scene.store.description)
    scene.program.environment["DATABASE_URL"] = database.url
    #expect(
      try scene.run("init", "--json").json()["databases"]?[0]?["origin"]?.string
        == "DATABASE_URL in the environment")
  }

  @Test("init works without any database, and libpq's variables are understood")
  func initializeOtherwise() throws {
    let scene = try Scene.small()
    #expect(try scene.checkpoint("init").printed.contains("none found"))
    let other = try Scene.small(.createDatabases)
    let database = try #require(other.database)
    try other.repository.remove(".env")
    other.program.environment = [
      "PGHOST": database.server.directory.description, "PGUSER": database.role, "PGDATABASE": database.name,
    ]
    #expect(try other.checkpoint("init").text.contains("PGHOST"))
    #expect(try other.run("full", "--json").succeeded().json()["sources"]?.array?.count == 2)
  }

  @Test("a client prefix runs pg_dump and pg_restore elsewhere, and the database is still found by its URL")
  func clientPrefix() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    let prefix = "env PGHOST=\(database.server.directory)"
    try scene.repository.git("config", "checkpoint.database.clientPrefix", BytePath(prefix))
    let before = try scene.picture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people")
    try scene.checkpoint("rollback", "--yes")
    try scene.expect(before)
  }

  @Test("what was recorded is printed, the id last; with --quiet only the id")
  func output() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.repository.write("a.txt", "one\ntwo\nthree\n")
    let result = try scene.checkpoint("full", "-m", "for the record")
    let id = try result.line
    #expect(id.wholeMatch(of: #/full_\d{8}_\d{6}/#) != nil)
    for text in ["First", "1 unstaged", "1 file", "+2 -0", "2 tables", "102 rows", "read, ", "newly stored"] {
      #expect(result.printed.contains(text), "“\(text)” in \(result)")
    }
    #expect(result.warnings == [])
    let quiet = try scene.checkpoint("full", "--quiet")
    #expect(quiet.lines.count == 1 && quiet.errors == [], "\(quiet)")
    let tag = try scene.repository.git("cat-file", "tag", "checkpoints/\(id)/tag").text
    #expect(tag.contains("for the record") && tag.contains("manifest-sha256: "))
  }

  @Test("list, show and status as JSON have what their tables have")
  func json() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.repository.write("stages/stage-02-webrtc-video/README.md", "Video\n")
    try scene.checkpoint("incremental")
    let id = try scene.take("stage-02-start", "-m", "ünïcode “text”")
    let list = try #require(try scene.run("list", "--json").succeeded().json().array)
    #expect(list.map { $0["kind"]?.string } == ["incremental", "stage"])
    let entry = try #require(list.last)
    #expect(entry["id"]?.string == id)
    #expect(entry["stage"]?["id"]?.string == "stage-02")
    #expect(entry["stage"]?["slug"]?.string == "stage-02-webrtc-video")
    #expect(entry["stage"]?["phase"]?.string == "start")
    #expect(entry["git"]?["branch"]?.string == "main")
    #expect(entry["git"]?["untracked"]?.number == 1)
    #expect(entry["state"]?.string == "recorded")
    #expect(entry["ageSeconds"]?.number != nil && entry["sizes"]?["bytesStored"]?.number != nil)

    let shown = try scene.run("show", "--json", id).succeeded().json()
    #expect(shown["format"]?.number == 1)
    #expect(shown["message"]?.string == "ünïcode “text”")
    #expect(shown["previous"]?["id"]?.string == list.first?["id"]?.string)
    #expect(shown["sources"]?.array?.compactMap { $0["type"]?.string }.sorted() == ["files", "postgresql"])
    #expect(shown["createdAt"]?.string?.hasSuffix("Z") == true && shown["toolVersion"]?.string != nil)

    try scene.repository.write("a.txt", "changed\n")
    let status = try scene.run("status", "--json").succeeded().json()
    #expect(status["last"]?.string == id)
    #expect(status["checkpoints"]?.number == 2)
    #expect(status["changedFiles"]?.number == 1)
    #expect(status["commitsMoved"]?.bool == false)
    #expect(status["databases"]?[0]?["byteCount"]?.number != nil)
    #expect((status["storeBytes"]?.number ?? 0) > 0 && (status["freeBytes"]?.number ?? 0) > 0)
    #expect(status["pending"] == nil)
    let text = try scene.checkpoint("list").text
    #expect(text.contains(id) && text.contains("stage-02 start"), "\(text)")
    let verified = try scene.run("verify", "--json").succeeded().json()
    #expect(verified["isSound"]?.bool == true && verified["checkpoints"]?[0]?["checkpoint"]?.string == id)
    #expect(try scene.run("list", "--json").json()[1]?["state"]?.string == "verified")
  }

  @Test("selectors: an id, a name, a short stage, a timestamp, latest, a git revision")
  func selectors() throws {
    let scene = try Scene.small()
    try scene.repository.write("stages/stage-02-webrtc-video/README.md", "Video\n")
    let stage = try scene.take("stage-02-start")
    try scene.repository.commit("Second")
    let other = try scene.take("custom", "mine")
    func selected(_ selector: String) throws -> String? {
      try scene.run("show", "--json", selector).succeeded().json()["id"]?.string
    }
    for selector in [stage, "stage-02-start", "stage-02-webrtc-video-start", "HEAD~1", "main~1"] {
      #expect(try selected(selector) == stage, "\(selector)")
    }
    for selector in [other, "mine", "latest", "HEAD", "main"] {
      #expect(try selected(selector) == other, "\(selector)")
    }
    let timestamp = stage.split(separator: "_").suffix(2).joined(separator: "_")
    let byTime = try scene.run("show", "--json", timestamp)
    if other.hasSuffix(timestamp) {
      #expect(byTime.code == 1)
    } else {
      #expect(try byTime.succeeded().json()["id"]?.string == stage)
    }
    try scene.repository.write("stages/stage-02-other/README.md", "Other\n")
    let ambiguous = try scene.run("stage-02-core")
    #expect(ambiguous.code == 2 && ambiguous.errorText.contains("stage-02-other"), "\(ambiguous)")
  }

  @Test("the changed files since the checkpoint before are listed with their lines")
  func changedFiles() throws {
    let scene = try Scene.small()
    try scene.repository.write("gone.txt", "1\n2\n3\n")
    try scene.repository.commit("More")
    try scene.checkpoint("full")
    try scene.repository.write("a.txt", "one\ntwo\n")
    try scene.repository.remove("gone.txt")
    try scene.repository.write("new dir/new.txt", "1\n2\n")
    try scene.repository.write("binary", [0, 1, 2, 0])
    let id = try scene.take("full")
    let record = try scene.run("show", "--json", id).json()["git"]?["changedFiles"]
    #expect(record?["count"]?.number == 4)
    #expect(record?["linesAdded"]?.number == 3)
    #expect(record?["linesRemoved"]?.number == 3)
    let shown = try scene.checkpoint("show", "--files").lines.map {
      $0.split(separator: " ").joined(separator: " ")
    }
    for line in [
      "changed +1 -0 a.txt", "deleted +0 -3 gone.txt", "added +2 -0 new dir/new.txt",
      "added binary or large binary",
    ] {
      #expect(shown.contains(line), "“\(line)” in \(shown)")
    }
  }

  @Test("mark makes a checkpoint the default of rollback")
  func mark() throws {
    let scene = try Scene.small()
    try scene.repository.write("a.txt", "good\n")
    try scene.checkpoint("custom", "good")
    try scene.repository.write("a.txt", "newer\n")
    try scene.checkpoint("custom", "newer")
    try scene.repository.write("a.txt", "broken\n")
    try scene.checkpoint("mark", "good", "stable")
    #expect(try scene.run("list", "--json").json()[0]?["state"]?.string?.contains("stable") == true)
    try scene.checkpoint("rollback", "--yes")
    #expect(try scene.repository.read("a.txt") == "good\n")
    try scene.checkpoint("mark", "good", "unstable")
    let result = try scene.checkpoint("rollback", "--yes")
    #expect(result.printed.contains("no checkpoint is stable yet"))
    #expect(try scene.repository.read("a.txt") == "newer\n")
    try scene.repository.write("a.txt", "complete\n")
    try scene.checkpoint("stage-01-complete")
    try scene.checkpoint("custom", "after")
    #expect(try scene.run("show", "--json", "last-stable").json()["name"]?.string == "stage-01-complete")
    #expect(try scene.run("mark", "good", "excellent").code == 2)
  }

  @Test("a dry run prints the plan and changes nothing")
  func dryRun() throws {
    let scene = try Scene.small(.createDatabases)
    try scene.checkpoint("full")
    try scene.repository.write("a.txt", "broken\n")
    try scene.repository.write("later.txt", "later\n")
    try scene.database?.psql("DROP TABLE things")
    let before = try scene.picture()
    let result = try scene.checkpoint("rollback", "--dry-run", "latest")
    for text in ["2 tables", "a.txt", "later.txt", "write 1 file, remove 1 file"] {
      #expect(result.text.contains(text), "“\(text)” in \(result)")
    }
    let plan = try scene.run("rollback", "--dry-run", "--json", "latest").succeeded().json()
    #expect(plan["steps"]?.array?.isEmpty == false)
    try scene.expect(before)
    #expect(try scene.names(in: "manifests").count == 1)
    #expect(try scene.database?.relatives() == [])
  }

  @Test("what was excluded is neither recorded nor touched by a rollback")
  func exclude() throws {
    let scene = try Scene.small()
    for name in ["big.iso", "cache/deep/x", "notes.md", "kept.txt"] {
      try scene.repository.write(name, "before\n")
    }
    try scene.repository.write(".env.big", "before\n")
    let id = try scene.take(
      "full", "--exclude", "*.iso,cache/**", "--exclude", "notes.md", "--exclude", ".env.big")
    let shown = try scene.run("show", "--json", id).json()
    #expect(shown["excluded"]?.array?.count == 4)
    let tree = try scene.repository.git("ls-tree", "-r", "--name-only", "refs/checkpoints/\(id)/state").text
    #expect(tree.contains("kept.txt"))
    for name in ["big.iso", "cache", "notes.md", ".env.big"] { #expect(!tree.contains(name)) }
    for name in ["big.iso", "cache/deep/x", "notes.md", "kept.txt", ".env.big", "cache/later"] {
      try scene.repository.write(name, "after\n")
    }
    try scene.checkpoint("rollback", "--yes", id)
    for name in ["big.iso", "cache/deep/x", "notes.md", ".env.big", "cache/later"] {
      #expect(try scene.repository.read("\(name)") == "after\n", "\(name)")
    }
    #expect(try scene.repository.read("kept.txt") == "before\n")
  }

  @Test("commands from the committed file run only with consent to exactly these")
  func trust() throws {
    let scene = try Scene.small(.createDatabases)
    let database = try #require(scene.database)
    func write(_ marker: String) throws {
      let prefix = "env PGHOST=\(database.server.directory) MARK=\(marker) PATH=\(database.server.programs)"
      try scene.repository.write(
        ".checkpointconfig", "[database \"main\"]\n\tenv = DATABASE_URL\n\tclientPrefix = \"\(prefix)\"\n")
    }
    try write("one")
    let refused = try scene.run("full")
    #expect(refused.code == 1 && refused.errorText.contains("hint: checkpoint trust"), "\(refused)")
    #expect(refused.errorText.contains("MARK=one"), "\(refused)")
    #expect(try scene.run("trust").code == 2)
    #expect(try scene.run("full").code == 1)
    try scene.checkpoint("trust", "--yes")
    let before = try scene.picture()
    try scene.checkpoint("full")
    try database.psql("DROP TABLE people")
    try scene.checkpoint("rollback", "--yes", "latest")
    try scene.expect(before)
    try write("two")
    #expect(try scene.run("full").code == 1)
    #expect(try scene.run("rollback", "--yes", "latest").code == 1)
  }

  @Test("help is there for everything, with an example and the exit codes")
  func help() throws {
    let scene = try Scene.small()
    let overview = try scene.checkpoint("--help")
    for command in [
      "init", "full", "incremental", "database", "custom", "list", "show", "status", "verify", "rollback",
      "undo",
      "restore", "mark", "trust",
    ] {
      #expect(overview.text.contains("  \(command) "))
      let help = try scene.checkpoint(command, "--help")
      #expect(help.text.contains("examples:") && help.text.contains("exit codes:"), "\(help)")
    }
    #expect(try scene.checkpoint("--version").text.hasPrefix("checkpoint "))
  }
}
