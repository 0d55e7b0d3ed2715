// `rehearse`: everything comes back next to what is live, is tried and measured, and nothing live is touched, however the
// rehearsal ends.

import FileSystem
import Glibc
import TestSupport
import Testing

/// A scene with a checkpoint named “good” in a temporary directory of its own, and everything live broken since.
struct RehearsalScene {
  let scene: Scene
  let temporary: BytePath
  let id: String

  init(_ rights: PostgresServer.Rights? = .createDatabases, breaking: Bool = true) throws {
    scene = try .small(rights)
    temporary = scene.directory.path.appending("tmp")
    try FileTree.makeDirectories(temporary, mode: 0o700)
    scene.program.environment["TMPDIR"] = temporary.description
    scene.program.environment["OUT"] = scene.directory.path.description
    try scene.repository.write("a.txt", "good\n")
    try scene.repository.write("untracked.txt", "untracked\n")
    id = try scene.take("custom", "good")
    if breaking {
      try scene.repository.write("a.txt", "broken\n")
      try scene.repository.write("later.txt", "later\n")
      try scene.database?.psql("DELETE FROM things")
    }
  }

  /// The working tree, the database, and every file of the repository but the store's own.
  func everything() throws -> Picture {
    var picture = try scene.picture()
    let git = scene.repository.top.appending(".git")
    let found = try Program.run(
      ["find", ".", "-path", "./checkpoints", "-prune", "-o", "-type", "f", "-exec", "sha256sum", "{}", "+"],
      directory: git
    ).succeeded()
    picture.parts["repository"] = found.lines.sorted()
    picture.parts["trees"] = try scene.repository.git("worktree", "list", "--porcelain").lines
    picture.parts["databases"] = try scene.database?.relatives()
    return picture
  }

  /// Requires that nothing live was touched, and nothing is left.
  func expectUntouched(
    since live: Picture, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let differences = try everything().differences(since: live)
    try scene.expectNone(differences, comment, sourceLocation: sourceLocation)
    try #require(leftovers() == [], comment, sourceLocation: sourceLocation)
  }

  func leftovers() throws -> [String] {
    try FileTree.list(temporary).map(\.description) + scene.names(in: "rehearsals")
  }

  func configure(_ key: BytePath, _ value: String) throws {
    try scene.repository.git("config", "checkpoint.\(key)", BytePath(value))
  }

  func output(_ name: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(scene.directory.path.appending(name)), as: UTF8.self)
  }

  /// Both files of the newest report in the store.
  func report() throws -> (markdown: String, json: JSONValue) {
    let name = try #require(scene.names(in: "reports").filter { $0.hasSuffix(".json") }.sorted().last)
    let json = try JSONValue(parsing: FileTree.readAll(scene.store.appending("reports/\(name)")))
    let markdown = try FileTree.readAll(scene.store.appending("reports/\(name.dropLast(5)).md"))
    return (String(decoding: markdown, as: UTF8.self), json)
  }
}

extension JSONValue {
  fileprivate var steps: [String] {
    self["steps"]?.array?.map { "\($0["name"]?.string ?? ""): \($0["outcome"]?.string ?? "")" } ?? []
  }
  fileprivate func texts(_ key: String) -> [String] { self[key]?.array?.compactMap(\.string) ?? [] }
}

@Suite("Rehearsals", .needsPostgreSQL)
struct RehearseTests {
  @Test(
    "everything comes back next to what is live, and a report is written",
    arguments: ["rehearse", "test-restore", "test-rollback"])
  func passes(name: String) throws {
    let stage = try RehearsalScene()
    let live = try stage.everything()
    let result = try stage.scene.checkpoint(name)
    #expect(result.lines.last == "rehearsal of \(stage.id): passed", "\(result)")
    try stage.expectUntouched(since: live)
    let (markdown, json) = try stage.report()
    #expect(json["result"]?.string == "passed" && json["checkpoint"]?["id"]?.string == stage.id)
    #expect(
      json.steps == [
        "database main: passed", "compare database main: passed", "git and files: passed",
        "compare git and files: passed",
      ])
    #expect(json["restoreSeconds"] != nil && json["objectiveSeconds"] == nil)
    #expect(
      markdown.hasPrefix("# Rollback rehearsal: passed\n") && markdown.contains("| database main | passed |"))
    #expect(json.texts("advice").contains { $0.contains("checkpoint.rto") })
    #expect(json.texts("advice").contains { $0.contains("services.smoke") })
    let shown = try stage.scene.checkpoint("show", "good").text
    #expect(shown.contains("rehearsed") && shown.contains("proven"), "\(shown)")
    let notes = try stage.scene.checkpoint("show", "--json", "good").json()["notes"]
    #expect(notes?["rehearsal"]?["result"]?.string == "passed")
  }

  @Test("build and smoke run in the recorded tree, and every name of the database leads to the scratch one")
  func commands() throws {
    let stage = try RehearsalScene(breaking: false)
    let scene = stage.scene
    let database = try #require(scene.database)
    try scene.repository.write(
      ".env",
      """
      # ours
      export DATABASE_URL="\(database.url)&application_name=x" # live
      DIRECT_URL='\(database.url)'
      DB_NAME=\(database.name)
      DB_USER=\(database.name)
      OTHER_URL=postgresql:///elsewhere

      """, mode: 0o640)
    try scene.repository.write("shared.env", "DATABASE_URL=\(database.url)\n")
    try FileTree.makeLink(
      scene.repository.top.appending(".env.linked"), to: scene.repository.top.appending("shared.env"))
    let id = try scene.take("custom", "wired")
    try database.psql("DELETE FROM things")
    scene.program.environment["SHADOW_URL"] = database.url
    let before = try scene.picture()
    try stage.configure(
      "services.build",
      """
      cat a.txt untracked.txt; pwd; echo "$CHECKPOINT_REHEARSAL $CHECKPOINT_STEP $CHECKPOINT_ID"
      stat -c %a .env; cp .env .env.linked "$OUT"; env >"$OUT/env"; echo made >made.txt; mkdir locked; touch locked/x; chmod 500 locked
      """)
    try stage.configure(
      "services.smoke",
      "cat made.txt; psql -Atc 'SELECT current_database(), count(*) FROM things' \"$DATABASE_URL\"; psql \"$DATABASE_URL\" -c 'DELETE FROM people'"
    )
    for step in ["start", "stop"] { try stage.configure("services.\(step)", "touch \"$OUT/\(step)\"") }
    let result = try scene.run("rehearse", "wired").succeeded()
    try scene.expect(before)
    #expect(try stage.leftovers() == [] && database.relatives() == [])
    #expect(
      result.errorText.contains("good\nuntracked\n") && result.errorText.contains("1 build \(id)\n640\n"),
      "\(result)")
    #expect(
      result.errorText.contains("made\n\(database.name)_restoring_") && result.errorText.contains("|2\n"),
      "\(result)")
    #expect(!["start", "stop"].contains { FileTree.exists(scene.directory.path.appending("\($0)")) })
    let lines = try stage.output(".env").split(separator: "\n")
    let scratch = try #require(lines[3].split(separator: "=").last)
    #expect(scratch.hasPrefix("\(database.name)_restoring_"))
    #expect(
      lines[1].hasPrefix("export DATABASE_URL=\"postgresql://\(database.role)@/\(scratch)?host=")
        && lines[1].hasSuffix("&application_name=x\" # live"))
    #expect(lines[2].hasPrefix("DIRECT_URL='postgresql://\(database.role)@/\(scratch)?"))
    #expect(lines[4] == "DB_USER=\(database.name)" && lines[5] == "OTHER_URL=postgresql:///elsewhere")
    #expect(try stage.output(".env.linked").contains(scratch))
    let variables = try stage.output("env").split(separator: "\n")
    for name in ["SHADOW_URL", "DATABASE_URL"] {
      #expect(variables.contains { $0.hasPrefix("\(name)=") && $0.contains(scratch) }, "\(name)")
    }
    #expect(try scene.repository.read("shared.env").contains("/\(database.name)?"))
    let report = try stage.report()
    #expect(report.json.steps.suffix(2) == ["build: passed", "smoke: passed"])
    #expect(report.json.texts("limits").contains { $0.hasPrefix("stop and start were not run") })
  }

  @Test("a command that fails fails the rehearsal, with what it printed, and leaves out the next")
  func failing() throws {
    let stage = try RehearsalScene()
    try stage.configure("services.build", "echo TOKEN=abc; echo because; sleep 600 & exit 4")
    try stage.configure("services.smoke", "touch \"$OUT/smoked\"")
    let live = try stage.everything()
    let result = try stage.scene.run("rehearse", "--json")
    #expect(result.code == 12, "\(result)")
    let json = try result.json()
    #expect(
      json["result"]?.string == "failed" && json.steps.suffix(2) == ["build: failed", "smoke: not tried"])
    #expect(json.texts("problems") == ["the build command ended with exit code 4"])
    let build = json["steps"]?.array?.first { $0["name"]?.string == "build" }
    #expect(build?.texts("output") == ["TOKEN=[redacted]", "because"])
    #expect(!FileTree.exists(stage.scene.directory.path.appending("smoked")))
    #expect(try stage.report().json == json)
    try stage.expectUntouched(since: live)
  }

  @Test("a restore that takes longer than its objective has failed, and a warm clone is advised")
  func objective() throws {
    let stage = try RehearsalScene()
    // Longer than the objective, however quick the machine is.
    try stage.configure("services.smoke", "exec tail -f /dev/null")
    try stage.configure("services.smokeTimeout", "2")
    try stage.configure("rto", "1s")
    let result = try stage.scene.run("rehearse")
    #expect(result.code == 12)
    let (markdown, json) = try stage.report()
    #expect(json["objectiveSeconds"]?.number == 1)
    #expect(
      json.texts("problems").contains {
        $0.hasPrefix("the restore took ") && $0.hasSuffix("the objective is 1 s")
      })
    #expect(json.texts("advice").contains { $0.hasPrefix("checkpoint warm \(stage.id) ") })
    #expect(markdown.contains(", objective 1 s |"))
    try stage.configure("rto", "soon")
    #expect(try stage.scene.run("rehearse").code == 2)
    try stage.configure("rto", "1h")
    try stage.configure("services.smoke", "true")
    #expect(try stage.scene.run("rehearse").code == 0)
    try stage.scene.repository.git("config", "--unset", "checkpoint.rto")
  }

  @Test(
    "without the right to create databases the rehearsal is incomplete, and no command reaches the live one")
  func noRights() throws {
    let stage = try RehearsalScene(.plain)
    try stage.configure("services.build", "touch \"$OUT/built\"")
    let result = try stage.scene.run("rehearse")
    #expect(result.code == 3 && result.errorText.contains("may not create databases"), "\(result)")
    let json = try stage.report().json
    #expect(json["result"]?.string == "incomplete")
    #expect(
      json.steps == [
        "database main: not tried", "git and files: passed", "compare git and files: passed",
        "build: not tried",
      ])
    #expect(!FileTree.exists(stage.scene.directory.path.appending("built")))
    #expect(try stage.scene.checkpoint("show", "--json", "good").json()["notes"]?["proof"] == nil)
    let without = try stage.scene.run("rehearse", "--no-database")
    #expect(
      without.code == 3 && !FileTree.exists(stage.scene.directory.path.appending("built")), "\(without)")
  }

  @Test("a checkpoint without the database runs no command that would reach the live one")
  func databaseNotRecorded() throws {
    let stage = try RehearsalScene()
    try stage.scene.checkpoint("custom", "code", "--no-database")
    try stage.configure("services.build", "touch \"$OUT/built\"")
    #expect(try stage.scene.run("rehearse", "code").code == 3)
    #expect(!FileTree.exists(stage.scene.directory.path.appending("built")))
    #expect(try stage.scene.run("rehearse", "code", "--no-services").code == 0)
    #expect(try stage.report().json.texts("limits") == ["build and smoke were left out, as asked"])
  }

  @Test("committed commands need consent, and without it nothing is begun")
  func trust() throws {
    let stage = try RehearsalScene(nil)
    try stage.scene.repository.write(".checkpointconfig", "[services]\n  smoke = touch \\\"$OUT/smoked\\\"\n")
    let refused = try stage.scene.run("rehearse")
    #expect(refused.code == 1 && refused.errorText.contains("hint: checkpoint trust"), "\(refused)")
    #expect(refused.errorText.contains("--no-services"))
    #expect(try stage.scene.names(in: "reports") == [] && stage.leftovers() == [])
    try stage.scene.checkpoint("rehearse", "--no-services")
    #expect(!FileTree.exists(stage.scene.directory.path.appending("smoked")))
    try stage.scene.checkpoint("trust", "--yes")
    try stage.scene.checkpoint("rehearse")
    #expect(FileTree.exists(stage.scene.directory.path.appending("smoked")))
  }

  @Test("what was recorded and does not come back fails the rehearsal")
  func damaged() throws {
    let stage = try RehearsalScene()
    let database = try #require(stage.scene.database)
    let role = "\(database.name)_reader"
    try database.server.psql("CREATE ROLE \(role)")
    try database.psql("GRANT SELECT ON people TO \(role)")
    try stage.scene.checkpoint("custom", "later")
    try database.server.psql("DROP OWNED BY \(role); DROP ROLE \(role)", in: database.name)
    try stage.configure("services.build", "touch \"$OUT/built\"")
    let live = try stage.everything()
    let result = try stage.scene.run("rehearse", "later")
    #expect(result.code == 12 && result.errorText.contains(role), "\(result)")
    #expect(try stage.report().json.steps.first == "database main: failed")
    #expect(!FileTree.exists(stage.scene.directory.path.appending("built")))
    #expect(try stage.scene.checkpoint("list").text.contains("does not restore"))
    try stage.expectUntouched(since: live)
  }

  @Test(
    "advice follows from what is: an old checkpoint, a database that has grown, a warm clone, a missing build command"
  )
  func advice() throws {
    let stage = try RehearsalScene(breaking: false)
    let scene = stage.scene
    let database = try #require(scene.database)
    // On a busy machine the report advises a warm clone, on another one it does not.
    func advice(_ selector: any BytePathConvertible...) throws -> [String] {
      try scene.program.run(["rehearse", "--json"] + selector).succeeded().json().texts("advice")
        .filter { !$0.contains("makes a warm clone") }
    }
    try stage.configure("services.build", "true")
    try stage.configure("services.smoke", "true")
    try stage.configure("rto", "1h")
    #expect(try advice() == [])
    try database.psql("CREATE TABLE much AS SELECT n, md5(n::text) FROM generate_series(1, 150000) n")
    let manifest = scene.store.appending("manifests/\(stage.id).json")
    let text = String(decoding: try FileTree.readAll(manifest), as: UTF8.self)
    let created = try #require(text.firstMatch(of: #/"createdAt" : "(\d{4})/#))
    let old = text.replacing(created.output.0, with: "\"createdAt\" : \"\((Int(created.output.1) ?? 1) - 1)")
    try SystemFileOperations().replaceFile(manifest, with: Array(old.utf8))
    try scene.repository.git("config", "--unset", "checkpoint.services.build")
    let lines = try advice()
    // All that git ignores here is in the checkpoint.
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.contains { $0.contains(" days old") })
    #expect(lines.contains { $0.hasPrefix("the database main has ") })
    try scene.repository.write(".git/info/exclude", "/made/\n")
    try scene.repository.write("made/out.txt", "made\n")
    try scene.checkpoint("custom", "built")
    let built = try advice("built")
    #expect(built.contains { $0.contains("services.build") }, "\(built)")
  }

  @Test("no password gets into the report, nor into what is shown")
  func password() throws {
    let stage = try RehearsalScene()
    let (scene, secret) = (stage.scene, "hush77")
    let database = try #require(scene.database)
    try database.server.psql(
      "ALTER ROLE \(database.role) PASSWORD '\(secret)'; GRANT with_password TO \(database.role)")
    let url = "postgresql://\(database.role):\(secret)@/\(database.name)?host=\(database.server.directory)"
    try scene.repository.write(".env", "DATABASE_URL=\(url)\n", mode: 0o600)
    // It is the user's own terminal that the command prints to.
    try stage.configure(
      "services.smoke",
      "exec 2>&1 >/dev/null; psql -Atc 'SELECT 1' \"$DATABASE_URL\" >\"$OUT/connected\"; echo \"plain \(secret) $DATABASE_URL\" >&2; exit 1"
    )
    let result = try scene.run("rehearse", "--json", "--quiet")
    #expect(result.code == 12 && !result.text.contains(secret), "\(result)")
    #expect(try stage.output("connected") == "1\n")
    let report = try stage.report()
    #expect(report.json["steps"]?.array?.last?.texts("output").first?.hasPrefix("plain [redacted]") == true)
    #expect(!report.markdown.contains(secret) && report.markdown.contains("redacted"))
    let found = try Program.run(["grep", "-rl", secret, scene.store])
    #expect(found.text == "", "\(found)")
  }

  @Test("files that come back otherwise, or not at all, are named")
  func filesDiffer() throws {
    let stage = try RehearsalScene(nil)
    let repository = stage.scene.repository
    let back: BytePath = "tr b-z a-y"
    try repository.git("config", "filter.x.clean", "tr a-y b-z")
    try repository.git("config", "filter.x.smudge", back)
    try repository.write(".gitattributes", "*.dat filter=x\n")
    try repository.write("some.dat", "one\n")
    try repository.commit("Filtered")
    try repository.write(".env", "KEY=1\n", mode: 0o600)
    try stage.scene.checkpoint("custom", "filtered")
    try stage.scene.checkpoint("rehearse", "filtered")
    try repository.git("config", "filter.x.smudge", "\(back) | sed s/one/two/")
    let other = try stage.scene.run("rehearse", "filtered")
    #expect(other.code == 12 && other.errorText.contains("some.dat is another one"), "\(other)")
    try repository.git("config", "filter.x.smudge", back)
    for fan in try stage.scene.names(in: "chunks") {
      for name in try stage.scene.names(in: "chunks/\(fan)") {
        let path = stage.scene.store.appending("chunks/\(fan)/\(name)")
        if try FileTree.status(path)?.byteCount ?? 0 < 60 { try FileTree.remove(path) }
      }
    }
    let live = try stage.everything()
    let damaged = try stage.scene.run("rehearse", "filtered")
    #expect(damaged.code == 12 && damaged.errorText.contains("is missing"), "\(damaged)")
    try stage.expectUntouched(since: live)
  }

  @Test("the report goes to the stage's folder, and where --output says")
  func places() throws {
    let scene = try RehearsalScene(nil).scene
    try FileTree.makeDirectories(scene.repository.top.appending("stages/stage-02-video"), mode: 0o755)
    let id = try scene.take("stage-02-start")
    try scene.checkpoint("rehearse", id)
    let folder = try FileTree.list(scene.repository.top.appending("stages/stage-02-video")).map(\.description)
    #expect(folder.count == 2 && folder.allSatisfy { $0.hasPrefix("rehearsal-") }, "\(folder)")
    let place = scene.directory.path.appending("reports")
    let result = try scene.checkpoint("rehearse", id, "--output", place)
    #expect(try FileTree.list(place).count == 2 && scene.names(in: "reports") == [])
    #expect(result.text.contains("report: \(place)/rehearsal-"))
    try scene.repository.write("file", "")
    #expect(try scene.run("rehearse", "--output", "file").code == 1)
  }
}
