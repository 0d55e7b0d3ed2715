// A rollback that is interrupted or killed while the project's own commands run.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Services, interrupted", .needsPostgreSQL)
struct ServiceInterruptionTests {
  /// A command that says that it runs, writes its number down and stays, once.
  private func staying(_ scene: Scene, unless condition: String = "false") -> String {
    let place = scene.directory.path
    return """
      if ! \(condition) && [ ! -e '\(place)/stayed' ]; then
        echo $$ >'\(place)/pid'; touch '\(place)/stayed'; exec sleep 600; fi
      """
  }

  private func start(_ stage: ServiceScene, _ words: any BytePathConvertible...) throws -> RunningProgram {
    let running = try stage.scene.program.start(words)
    try stage.wait(for: stage.scene.directory.path.appending("stayed"))
    return running
  }

  /// As a power failure would: the command goes, too.
  private func kill(_ running: RunningProgram, _ stage: ServiceScene) throws {
    running.send(SIGKILL)
    _ = running.wait()
    try stage.end("pid")
  }

  @Test("Ctrl-C ends the command at work and counts as its failure; the rollback stands")
  func interruptedBuild() throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    try stage.configure("build", as: staying(stage.scene))
    let running = try start(stage, "rollback", "--yes", id)
    running.send(SIGINT)
    let result = running.wait()
    #expect(result.code == 3 && result.errorText.contains("the build command was interrupted"), "\(result)")
    #expect(try stage.lines() == ["stop broken", "build good"])
    #expect(try stage.scene.repository.read("a.txt") == "good\n")
    #expect(try stage.scene.run("status", "--json").json()["pending"] == nil)
  }

  @Test("Ctrl-C while stop runs ends the rollback, and nothing was replaced")
  func interruptedStop() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    let before = try stage.scene.picture()
    try stage.configure("stop", as: staying(stage.scene))
    let running = try start(stage, "rollback", "--yes", id)
    running.send(SIGINT)
    let result = running.wait()
    #expect(result.code == 130, "\(result)")
    #expect(try stage.lines() == ["stop broken", "start broken"])
    try stage.scene.expect(before)
  }

  @Test(
    "killed while build runs, --continue does the steps that are left, with the commands of the beginning")
  func killedAndContinued() throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    try stage.configure("build", as: staying(stage.scene))
    try kill(start(stage, "rollback", "--yes", id), stage)
    #expect(try stage.lines() == ["stop broken", "build good"])
    try stage.scene.repository.git("config", "checkpoint.services.smoke", "exit 1")
    try stage.scene.checkpoint("rollback", "--continue")
    #expect(try stage.lines() == ["build good", "start good", "smoke good"])
  }

  @Test(
    "killed while build runs, --abort brings back what was there and starts it; or leaves services alone",
    arguments: [true, false])
  func killedAndAborted(services: Bool) throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    let before = try stage.scene.picture()
    try stage.configure("build", as: "echo x >built.txt; " + staying(stage.scene))
    try kill(start(stage, "rollback", "--yes", id), stage)
    _ = try stage.lines()
    if services {
      try stage.scene.checkpoint("rollback", "--abort")
      #expect(try stage.lines() == ["build broken", "start broken"])
      try stage.scene.repository.remove("built.txt")
    } else {
      try stage.scene.checkpoint("rollback", "--abort", "--no-services")
      #expect(try stage.lines() == [])
    }
    try stage.scene.expect(before)
  }

  @Test("killed while build runs and continued, a smoke test that fails goes back if that is asked for")
  func continuedAndReverted() throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    let before = try stage.scene.picture()
    try stage.configure("build", as: staying(stage.scene))
    try stage.scene.repository.git("config", "checkpoint.services.smoke", "echo smoke >>\"$LOG\"; exit 1")
    try kill(start(stage, "rollback", "--yes", id), stage)
    _ = try stage.lines()
    let result = try stage.scene.run("rollback", "--continue", "--revert-on-failure")
    #expect(result.code == 1 && result.errorText.contains("everything was put back"), "\(result)")
    #expect(
      try stage.lines() == ["build good", "start good", "smoke", "stop good", "build broken", "start broken"])
    try stage.scene.expect(before)
    #expect(try stage.scene.run("status", "--json").json()["pending"] == nil)
  }

  @Test("Ctrl-C while the state of processes is asked for ends the checkpoint, and nothing of it is left")
  func interruptedProcessState() throws {
    let stage = try ServiceScene()
    try stage.scene.repository.git("config", "checkpoint.state.timeout", "600")
    try stage.scene.repository.git("config", "checkpoint.state.command", BytePath(staying(stage.scene)))
    let running = try start(stage, "full")
    running.send(SIGINT)
    let result = running.wait()
    #expect(result.code == 130, "\(result)")
    try stage.scene.expectNone(stage.scene.leftovers())
    #expect(try stage.scene.names(in: "manifests") == [])
    #expect(throws: (any Error).self) { try Program.run(["kill", "-0", number(stage)]).succeeded() }
  }

  private func number(_ stage: ServiceScene) throws -> BytePath {
    let bytes = try FileTree.readAll(stage.scene.directory.path.appending("pid"))
    return BytePath(bytes.filter { $0 != 0x0A })
  }

  @Test("killed while stop runs, --abort starts what it stopped")
  func killedInStop() throws {
    let stage = try ServiceScene()
    let id = try stage.takeAndBreak()
    let before = try stage.scene.picture()
    try stage.configure("stop", as: staying(stage.scene))
    try kill(start(stage, "rollback", "--yes", id), stage)
    _ = try stage.lines()
    try stage.scene.checkpoint("rollback", "--abort")
    #expect(try stage.lines() == ["start broken"])
    try stage.scene.expect(before)
  }

  @Test(
    "killed while services start on the way back, --abort starts them, and --continue has nothing to go on with"
  )
  func killedOnTheWayBack() throws {
    let stage = try ServiceScene(.createDatabases)
    let id = try stage.takeAndBreak()
    let before = try stage.scene.picture()
    try stage.configure("smoke", as: "exit 1")
    try stage.scene.repository.git(
      "config", "checkpoint.services.start",
      BytePath("echo start >>\"$LOG\"; " + staying(stage.scene, unless: "grep -q good a.txt")))
    try kill(start(stage, "rollback", "--yes", "--revert-on-failure", id), stage)
    #expect(
      try stage.lines() == [
        "stop broken", "build good", "start", "smoke good", "stop good", "build broken", "start",
      ])
    try stage.scene.expect(before)
    let refused = try stage.scene.run("rollback", "--continue")
    #expect(refused.code == 1 && refused.errorText.contains("rollback --abort"), "\(refused)")
    #expect(try stage.scene.run("custom", "too-early").code == 1)
    try stage.scene.checkpoint("rollback", "--abort")
    #expect(try stage.lines() == ["start"])
    try stage.scene.expect(before)
    #expect(try stage.scene.run("status", "--json").json()["pending"] == nil)
  }
}
