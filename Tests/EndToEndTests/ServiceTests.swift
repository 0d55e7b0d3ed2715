// What a project runs around a rollback: its own commands, in their order, with their ends and their time limits.

import FileSystem
import Glibc
import TestSupport
import Testing

/// A scene whose service commands write down what they see. The file is outside of the working tree.
struct ServiceScene {
  let scene: Scene
  let log: BytePath

  init(_ rights: PostgresServer.Rights? = nil) throws {
    scene = try .small(rights)
    log = scene.directory.path.appending("log")
    scene.program.environment["LOG"] = log.description
  }

  /// - Parameter step: one that does something else than the others.
  func configure(_ step: String? = nil, as text: String = "", timeout: Int? = nil) throws {
    for name in ["stop", "build", "start", "smoke"] {
      let line = "echo \"$CHECKPOINT_STEP $(cat a.txt)\" >>\"$LOG\""
      let command = name == step ? "\(line); \(text)" : line
      try scene.repository.git("config", "checkpoint.services.\(name)", BytePath(command))
    }
    if let step, let timeout {
      try scene.repository.git("config", "checkpoint.services.\(step)Timeout", "\(timeout)")
    }
  }

  /// Takes a checkpoint named “good”, and breaks things.
  func takeAndBreak() throws -> String {
    try scene.repository.write("a.txt", "good\n")
    let id = try scene.take("custom", "good")
    try scene.repository.write("a.txt", "broken\n")
    try scene.repository.write("later.txt", "later\n")
    return id
  }

  /// What was written down since the last look.
  func lines() throws -> [String] {
    guard FileTree.exists(log) else { return [] }
    let text = String(decoding: try FileTree.readAll(log), as: UTF8.self)
    try FileTree.remove(log)
    return text.split(separator: "\n").map(String.init)
  }

  func wait(for path: BytePath) throws {
    let deadline = MonotonicTime.now + 30
    while !FileTree.exists(path) {
      try #require(MonotonicTime.now < deadline, "\(path) did not come")
      usleep(10_000)
    }
  }

  /// Ends what a command that was left behind still runs; it has written its number down.
  func end(_ name: BytePath) throws {
    let text = String(decoding: try FileTree.readAll(scene.directory.path.appending(name)), as: UTF8.self)
    kill(-(try #require(pid_t(text.filter { $0 != "\n" }))), SIGKILL)
  }
}

@Suite("Services", .needsPostgreSQL)
struct ServiceTests {
  private static let forward = ["stop broken", "build good", "start good", "smoke good"]

  @Test("stop sees what was there, the others what came back; undo has the same order")
  func order() throws {
    let stage = try ServiceScene(.createDatabases)
    let database = try #require(stage.scene.database)
    let id = try stage.takeAndBreak()
    try database.psql("DELETE FROM things")
    try stage.configure()
    let line = "psql -Atc 'SELECT count(*) FROM things' '\(database.url)' >>\"$LOG\""
    for step in ["stop", "smoke"] {
      try stage.scene.repository.git(
        "config", "checkpoint.services.\(step)", BytePath("cat a.txt >>\"$LOG\"; \(line)"))
    }
    let result = try stage.scene.checkpoint("rollback", "--yes", id)
    #expect(try stage.lines() == ["broken", "0", "build good", "start good", "good", "2"])
    #expect(
      result.printed.contains(#/stop [\d.]+ m?s, build [\d.]+ m?s, start [\d.]+ m?s, smoke [\d.]+ m?s/#),
      "\(result)")
    try stage.scene.checkpoint("undo", "--yes")
    #expect(try stage.lines() == ["good", "2", "build broken", "start broken", "broken", "0"])
  }

  @Test("the environment names the checkpoint, and nothing of a surrounding hook or run")
  func environment() throws {
    let stage = try ServiceScene()
    try stage.scene.repository.write("a.txt", "good\n")
    let id = try stage.scene.take("stage-02-start")
    try stage.configure(
      "build",
      as: "env | grep -E '^(CHECKPOINT|GIT)_' | sort >>\"$LOG\"; pwd >>\"$LOG\"; echo out; echo err >&2")
    stage.scene.program.environment["GIT_DIR"] = stage.scene.repository.top.appending(".git").description
    stage.scene.program.environment["GIT_WORK_TREE"] = stage.scene.repository.top.description
    stage.scene.program.environment["CHECKPOINT_ID"] = "other"
    let result = try stage.scene.run("rollback", "--yes", "--json", id).succeeded()
    let rescue = try #require(try result.json()["rescue"]?.string)
    #expect(
      try stage.lines() == [
        "stop good", "build good", "CHECKPOINT_ID=\(id)", "CHECKPOINT_NAME=stage-02-start",
        "CHECKPOINT_OPERATION=rollback", "CHECKPOINT_PHASE=start", "CHECKPOINT_RESCUE=\(rescue)",
        "CHECKPOINT_STAGE=stage-02", "CHECKPOINT_STEP=build", "GIT_CONFIG_NOSYSTEM=1",
        "\(try FileTree.canonical(stage.scene.repository.top))", "start good", "smoke good",
      ])
    #expect(result.errorText.contains("out\nerr\n"), "\(result)")
    let services = try #require(try result.json()["services"]?.array)
    #expect(services.map { $0["step"]?.string } == ["stop", "build", "start", "smoke"])
    #expect(services.allSatisfy { $0["exitCode"]?.number == 0 && $0["seconds"] != nil })
  }

  @Test("committed commands need consent to exactly these; without it nothing is changed")
  func trust() throws {
    let stage = try ServiceScene()
    let scene = stage.scene
    func write(_ marker: String) throws {
      let text =
        "[services]\n  stop = echo \(marker) >>\\\"$LOG\\\"\n  start = \"echo \\\"\(marker)\u{1B}[2K\\\"\"\n"
      try scene.repository.write(".checkpointconfig", text)
    }
    try write("one")
    let id = try stage.takeAndBreak()
    let before = try scene.picture()
    for words in [["rollback", "--yes", "\(id)"], ["rollback", "--dry-run", "\(id)"]] as [[BytePath]] {
      let refused = try scene.program.run(words)
      #expect(refused.code == 1 && refused.errorText.contains("hint: checkpoint trust"), "\(refused)")
      #expect(
        refused.errorText.contains("--no-services") && refused.errorText.contains("services.stop = echo one"))
      #expect(!refused.errorText.contains("\u{1B}"), "\(refused)")
    }
    let early = try scene.run("run", "--rollback-on-failure", "--", "touch", "ran")
    #expect(early.code == 1 && early.errorText.contains("hint: checkpoint trust"), "\(early)")
    try scene.expect(before)
    #expect(try scene.names(in: "manifests").count == 1)
    try scene.checkpoint("rollback", "--yes", "--no-services", id)
    #expect(try stage.lines() == [])
    let shown = try scene.checkpoint("trust", "--yes")
    #expect(shown.printed.contains("services.start = echo") && !shown.printed.contains("\u{1B}"), "\(shown)")
    try scene.checkpoint("undo", "--yes")
    #expect(try stage.lines() == ["one"])
    try write("two")
    #expect(try scene.run("rollback", "--yes", id).code == 1)
    #expect(try stage.lines() == [])
  }

  @Test("the commands are those of now, whatever configuration comes back")
  func configurationOfNow() throws {
    let stage = try ServiceScene()
    try stage.scene.repository.write(".checkpointconfig", "[services]\n  smoke = echo old >>\\\"$LOG\\\"\n")
    let id = try stage.takeAndBreak()
    try stage.scene.repository.write(".checkpointconfig", "[services]\n  smoke = echo new >>\\\"$LOG\\\"\n")
    try stage.scene.checkpoint("trust", "--yes")
    try stage.scene.checkpoint("rollback", "--yes", id)
    #expect(try stage.scene.repository.read(".checkpointconfig").contains("old"))
    #expect(try stage.lines() == ["new"])
  }

  @Test(
    "if stop fails or takes too long nothing is replaced, and what it stopped is started",
    arguments: [true, false])
  func stopFails(inTime: Bool) throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    try stage.configure("stop", as: inTime ? "echo because; exit 7" : "sleep 600", timeout: 1)
    let before = try stage.scene.picture()
    let result = try stage.scene.run("rollback", "--yes", "--quiet", id)
    #expect(result.code == 1 && result.output == [], "\(result)")
    let reason = inTime ? "exit code 7" : "was not done after 1 s"
    #expect(result.errorText.contains("the stop command") && result.errorText.contains(reason), "\(result)")
    #expect(result.errorText.contains("nothing was replaced"), "\(result)")
    #expect(result.errorText.contains("because\n") == inTime, "\(result)")
    #expect(try stage.lines() == ["stop broken", "start broken"])
    try stage.scene.expect(before)
    #expect(try stage.scene.database?.relatives() == [])
    #expect(try stage.scene.run("status", "--json").json()["pending"] == nil)
  }

  @Test("if build, start or smoke fails the rollback stands, and what comes after is left out")
  func laterStepFails() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    for (index, step) in ["build", "start", "smoke"].enumerated() {
      try stage.configure(step, as: "echo told; exit 4")
      let result = try stage.scene.run("rollback", "--yes", id)
      #expect(try result.code == 3 && result.line == "back at \(id)", "\(result)")
      #expect(result.errorText.contains("told\n"), "\(result)")
      #expect(result.errorText.contains("the \(step) command ended with exit code 4"), "\(result)")
      #expect(result.errorText.contains("hint: checkpoint undo"), "\(result)")
      #expect(try stage.lines() == Array(Self.forward.prefix(index + 2)))
      #expect(try stage.scene.repository.read("a.txt") == "good\n")
      try stage.scene.checkpoint("undo", "--yes", "--no-services")
      #expect(try stage.lines() == [])
    }
    let told = try stage.scene.run("rollback", "--yes", "--json", id).json()["services"]?[3]
    #expect(told?["exitCode"]?.number == 4 && told?["output"]?[0]?.string == "told")
  }

  @Test("with --revert-on-failure everything goes back, also what was built, and services start again")
  func revertOnFailure() throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    try stage.scene.database?.psql("DROP TABLE things")
    let before = try stage.scene.picture()
    try stage.configure(
      "smoke", as: "echo built >.gitignore; mkdir dist; echo built >dist/x; rm later.txt; exit 1")
    let result = try stage.scene.run("rollback", "--yes", "--revert-on-failure", id)
    #expect(result.code == 1, "\(result)")
    #expect(result.errorText.contains("error: the smoke command ended with exit code 1"), "\(result)")
    #expect(result.errorText.contains("everything was put back"), "\(result)")
    #expect(try stage.lines() == Self.forward + ["stop good", "build broken", "start broken"])
    try stage.scene.expect(before)
    #expect(try stage.scene.run("status", "--json").json()["pending"] == nil)
    #expect(try stage.scene.run("undo", "--yes").code == 2)
  }

  @Test("what fails on the way back is said, and everything else is back")
  func wayBackFails() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    let before = try stage.scene.picture()
    try stage.configure("build", as: "exit 5")
    let result = try stage.scene.run("rollback", "--yes", "--revert-on-failure", id)
    #expect(result.code == 1, "\(result)")
    #expect(result.errorText.contains("warning: the build command ended with exit code 5, while going back"))
    #expect(try stage.lines() == ["stop broken", "build good", "build broken"])
    try stage.scene.expect(before)
  }

  @Test("what start leaves in the background holds nothing up and lives on")
  func background() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    let (number, ticks) = (
      stage.scene.directory.path.appending("pid"), stage.scene.directory.path.appending("ticks")
    )
    try stage.configure(
      "start", as: "(while echo tick; do echo x >>'\(ticks)'; sleep 0.02; done) & echo $$ >'\(number)'")
    try stage.scene.checkpoint("rollback", "--yes", id)
    #expect(try stage.lines() == Self.forward)
    // It is still writing, to us and to its file.
    if FileTree.exists(ticks) { try FileTree.remove(ticks) }
    try stage.wait(for: ticks)
    let lock = try stage.scene.run("custom", "not-locked")
    try stage.end("pid")
    #expect(lock.code == 0, "\(lock)")
  }

  @Test("a dry run shows the commands, and runs none; parts run none either")
  func dryRun() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    try stage.configure("smoke", as: "true", timeout: 77)
    let plan = try stage.scene.checkpoint("rollback", "--dry-run", "--revert-on-failure", id).text
    #expect(plan.contains("run stop: echo") && plan.contains("(at most 77 s)"), "\(plan)")
    #expect(plan.contains("go back again if one of these fails"), "\(plan)")
    try stage.scene.checkpoint("restore", "files", id, "--yes")
    try stage.scene.checkpoint("undo", "--yes")
    #expect(try stage.lines() == [])
    #expect(try stage.scene.run("rollback", "--yes", id).succeeded().errors != [])
    #expect(try stage.lines() == Self.forward)
  }

  @Test("run takes services along when it goes back")
  func run() throws {
    let stage = try ServiceScene()
    try stage.scene.repository.write("a.txt", "good\n")
    try stage.configure()
    let words: [BytePath] = ["run", "--rollback-on-failure", "--", "sh", "-c", "echo broken >a.txt; exit 9"]
    #expect(try stage.scene.program.run(words).code == 9)
    #expect(try stage.lines() == Self.forward)
  }

  @Test("a limit that is none is refused before anything happens")
  func badLimit() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    try stage.configure("stop", as: "true", timeout: 0)
    #expect(try stage.scene.run("rollback", "--yes", id).code == 2)
    #expect(try stage.lines() == [])
  }
}
