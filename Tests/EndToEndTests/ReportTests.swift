// `report`: what it says is what was done, in every form; what is damaged or gone is named and does not keep the rest from
// being told.

import FileSystem
import TestSupport
import Testing

/// A stage with a folder, and commits to take checkpoints between.
struct ReportScene {
  let scene: Scene

  init(_ rights: PostgresServer.Rights? = nil) throws {
    scene = try .small(rights)
    try write(
      "progress.md",
      """
      # Progress
      ## Core
      - [x] Signalling
      - [ ] Reconnect <b>at once</b>
      ## Integration
      - [ ] Load test
      """)
    try scene.repository.commit("Plan")
  }

  func write(_ name: BytePath, _ text: String) throws {
    try scene.repository.write("stages/stage-02-video/\(name)", text)
  }

  /// Commits what is there, by the given author.
  func commit(as name: String, _ email: String = "a@example.org") throws {
    try scene.repository.git("add", "-A")
    try scene.repository.git(
      "-c", "user.name=\(name)", "-c", "user.email=\(email)", "commit", "-q", "--allow-empty", "-m",
      "By \(name)")
  }

  func report(_ arguments: any BytePathConvertible...) throws -> JSONValue {
    try scene.program.run(["report", "--json"] + arguments).succeeded().json()
  }

  /// The only stage that the report is about.
  func stage() throws -> JSONValue { try #require(try report("stage-02")["stages"]?[0]) }

  func page(_ arguments: any BytePathConvertible..., code: Int32 = 0) throws -> String {
    let result = try scene.program.run(["report", "--format", "html"] + arguments)
    #expect(result.code == code, "\(result)")
    return result.text
  }
}

extension JSONValue {
  /// Files, lines added, lines removed.
  fileprivate var changes: [Int?] {
    ["files", "linesAdded", "linesRemoved"].map { self["changes"]?[$0]?.number }
  }
}

@Suite("Reports")
struct ReportTests {
  @Test("commits, authors, files, lines, rows and definitions between phases", .needsPostgreSQL)
  func steps() throws {
    let report = try ReportScene(.createDatabases)
    let (scene, repository) = (report.scene, report.scene.repository)
    _ = try scene.take("stage-02-start", "-m", "before")
    try repository.write("b.txt", "one\ntwo\nthree\n")
    try report.commit(as: "Ayşe Yılmaz")
    try repository.write("a.txt", "other\n")
    try report.commit(as: "Erik Øst")
    try report.commit(as: "Erik")
    // One person by two names; not committed, and no part of the history.
    try repository.write(".mailmap", "Erik Øst <a@example.org> Erik <a@example.org>\n")
    try scene.database?.psql(
      "CREATE TABLE calls (id int PRIMARY KEY); INSERT INTO calls VALUES (1), (2), (3)")
    _ = try scene.take("stage-02-core")
    let stage = try report.stage()

    #expect(stage["slug"]?.string == "stage-02-video")
    let step = try #require(stage["steps"]?[0])
    #expect(step["history"]?["added"]?.number == 3 && step["history"]?["left"]?.number == 0)
    let authors = step["history"]?["authors"]?.array?.map {
      "\($0["name"]?.string ?? "") \($0["commits"]?.number ?? 0)"
    }
    #expect(authors == ["Erik Øst 2", "Ayşe Yılmaz 1"])
    #expect(step.changes == [3, 5, 1])
    let database = try #require(step["databases"]?[0])
    #expect(database["before"]?["rows"]?.number == 102 && database["after"]?["rows"]?.number == 105)
    #expect(database["schema"]?["objects"]?[0]?["name"]?.string == "public.calls")
    #expect(stage["whole"]?["databases"]?[0]?["tables"]?[0]?["name"]?.string == "public.calls")
    #expect(
      stage["openPoints"]?.array?.map { $0["text"]?.string } == ["Reconnect <b>at once</b>", "Load test"])
    #expect(stage["checkpoints"]?[0]?["message"]?.string == "before")
    #expect(stage["checkpoints"]?[1]?["databases"]?[0]?["rows"]?.number == 105)

    let text = try scene.checkpoint("report", "stage-02").text
    #expect(text.contains("start → core") && text.contains("102 → 105") && text.contains("1 change"))
    #expect(try report.page("stage-02").contains("Reconnect &lt;b&gt;at once&lt;/b&gt;"))
  }

  @Test("what lies between two phases counts once, whichever checkpoint recorded it, known already or not")
  func netChanges() throws {
    let report = try ReportScene()
    let (scene, repository) = (report.scene, report.scene.repository)
    _ = try scene.take("stage-02-start")
    try repository.write("b.txt", "one\ntwo\n")
    try repository.write("gone again.txt", "one\n")
    try repository.write("binary.dat", [0, 1, 2, 3])
    let alone = try scene.take("stage-02-core")
    #expect(try report.stage()["steps"]?[0]?.changes == [3, 3, 0])
    #expect(try report.stage()["steps"]?[0]?["changes"]?["filesWithoutLines"]?.number == 1)

    // The same, with others in between: now trees are compared. One file changes there and back, one in two steps, one
    // in the first and one in the last.
    try scene.checkpoint("delete", "--yes", BytePath(alone))
    try repository.remove("gone again.txt")
    try repository.write("b.txt", "one\n")
    try repository.write("a.txt", "there\n")
    _ = try scene.take("custom", "between")
    try repository.write("b.txt", "one\ntwo\n")
    try repository.write("a.txt", "one\n")
    let between = try scene.take("custom", "between")
    try repository.write("gone again.txt", "one\n")
    _ = try scene.take("stage-02-core")
    #expect(!FileTree.exists(scene.store.appending("reports/changes.json")))
    for _ in 1...2 {
      #expect(try report.stage()["steps"]?[0]?.changes == [3, 3, 0])
      #expect(try report.stage()["steps"]?[0]?["changes"]?["filesWithoutLines"]?.number == 1)
      #expect(FileTree.exists(scene.store.appending("reports/changes.json")))
    }
    // Without one of them nothing is known of the way, and the result is the same.
    try scene.checkpoint("delete", "--yes", BytePath(between))
    try FileTree.remove(scene.store.appending("reports/changes.json"))
    #expect(try report.stage()["steps"]?[0]?.changes == [3, 3, 0])
    // What is known is no more than a help.
    try SystemFileOperations().replaceFile(
      scene.store.appending("reports/changes.json"), with: Array("{".utf8))
    #expect(try report.stage()["steps"]?[0]?.changes == [3, 3, 0])
  }

  @Test("repeated phases are one step, and work that went back is shown")
  func repeated() throws {
    let report = try ReportScene()
    let (scene, repository) = (report.scene, report.scene.repository)
    for name in ["start", "core", "core"] {
      try report.commit(as: "Dana Doe")
      _ = try scene.take("stage-02-\(name)")
    }
    try repository.git("reset", "-q", "--hard", "HEAD~2")
    // By another author: in the same second the same commit would come again.
    try report.commit(as: "Erik Øst")
    _ = try scene.take("stage-02-integration")
    let stage = try report.stage()
    #expect(stage["checkpoints"]?.array?.count == 4)
    let steps = try #require(stage["steps"]?.array)
    #expect(
      steps.map { "\($0["fromPhase"]?.string ?? "") \($0["toPhase"]?.string ?? "")" } == [
        "start core", "core integration",
      ])
    #expect(steps.map { $0["history"]?["added"]?.number } == [2, 1])
    #expect(steps.map { $0["history"]?["left"]?.number } == [0, 2])
    // From the first to the last: not the sum.
    #expect(stage["whole"]?["history"]?["added"]?.number == 1)
    #expect(try scene.checkpoint("report", "stage-02").text.contains("1, 2 left behind"))
  }

  @Test("all stages have a summary; one that has only a folder is among them")
  func overview() throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    _ = try report.scene.take("stage-10-start")
    _ = try report.scene.take("custom", "other")
    try report.scene.repository.write("stages/stage-3/README.md", "# 3\n")
    let all = try report.report()
    #expect(all["scope"]?.string == "project" && all["otherCheckpoints"]?.number == 1)
    #expect(all["stages"]?.array?.map { $0["slug"]?.string } == ["stage-02-video", "stage-3", "stage-10"])
    let text = try report.scene.checkpoint("report").text
    #expect(text.contains("stage-3 ") && text.contains("not begun"))
    for stage in ["stage-3", "stage-10"] {
      #expect(try report.page(stage).contains(stage))
      #expect(
        try report.scene.checkpoint("report", stage, "--format", "markdown").text.hasPrefix("# \(stage)")
      )
    }
  }

  @Test("a stage that is not there is refused, and near names are shown")
  func unknownStage() throws {
    let report = try ReportScene()
    _ = try report.scene.take("stage-02-start")
    let result = try report.scene.run("report", "stage-02-vidoe")
    #expect(result.code == 1)
    #expect(result.errorText.contains("there is no stage “stage-02-vidoe”"))
    #expect(result.errorText.contains("did you mean: stage-02-video?"))
    let json = try report.scene.run("report", "--json", "x\u{1b}[2J")
    #expect(json.code == 1 && !json.printed.unicodeScalars.contains("\u{1b}"))
    #expect(try json.json()["error"]?["message"]?.string?.hasPrefix("there is no stage") == true)
  }

  @Test("a checkpoint whose commit is gone is named, and the others are shown in full")
  func goneCommit() throws {
    let report = try ReportScene()
    let (scene, repository) = (report.scene, report.scene.repository)
    _ = try scene.take("stage-02-start")
    try repository.write("b.txt", "lost\n")
    try report.commit(as: "Dana Doe")
    let commit = try #require(try repository.git("rev-parse", "HEAD").lines.first)
    let lost = try scene.take("stage-02-core")
    try repository.git("reset", "-q", "--hard", "HEAD~1")
    try report.commit(as: "Erik Øst")
    _ = try scene.take("custom", "between")
    _ = try scene.take("stage-02-integration")
    _ = try scene.take("stage-02-complete")
    for ref in try scene.refs() where ref.contains(lost) { try repository.git("update-ref", "-d", ref) }
    try repository.git("reflog", "expire", "--expire=now", "--all")
    try repository.git("gc", "-q", "--prune=now")

    let result = try scene.run("report", "--json", "stage-02")
    #expect(result.code == 3)
    let json = try result.json()
    let problems = json["problems"]?.array?.compactMap(\.string) ?? []
    #expect(problems.contains("the commit \(commit.prefix(8)) of \(lost) is gone from the repository"))
    #expect(problems.contains { $0.hasPrefix("the history between \(lost) and stage-02-integration") })
    let stage = json["stages"]?[0]
    #expect(stage?["checkpoints"]?.array?.map { $0["isCommitGone"]?.bool } == [false, true, false, false])
    #expect(stage?["steps"]?.array?.map { $0["history"]?["added"]?.number } == [nil, nil, 0])
    // It has recorded what changed on the way to it.
    #expect(stage?["steps"]?[0]?.changes == [1, 1, 0])
    let page = try report.page("stage-02", code: 3)
    #expect(page.contains("gone from the repository") && page.contains("What is not known"))
    let text = try scene.run("report", "stage-02")
    #expect(text.code == 3 && text.errorText.contains("warning: the commit \(commit.prefix(8))"))
  }

  @Test("a manifest that cannot be read is named")
  func damagedManifest() throws {
    let report = try ReportScene()
    let id = try report.scene.take("stage-02-start")
    _ = try report.scene.take("stage-02-core")
    try SystemFileOperations().replaceFile(
      report.scene.store.appending("manifests/\(id).json"), with: Array("{".utf8))
    let result = try report.scene.run("report", "--json")
    #expect(result.code == 3)
    #expect(try result.json()["problems"]?[0]?.string?.contains("\(id).json") == true)
    #expect(try result.json()["stages"]?[0]?["checkpoints"]?.array?.count == 1)
  }
}
