// A rehearsal that is interrupted or killed, and one of a repository with changes of every kind: nothing live is touched,
// and nothing is left for ever.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Rehearsals, interrupted", .needsPostgreSQL, .longHunt)
struct RehearsalInterruptionTests {
  /// A rehearsal whose build command runs and stays, and what was there before it.
  private func staying() throws -> (RehearsalScene, Picture, RunningProgram) {
    let stage = try RehearsalScene()
    try stage.configure("services.build", "echo $$ >\"$OUT/pid\"; touch \"$OUT/stayed\"; exec sleep 600")
    let live = try stage.everything()
    let running = try stage.scene.program.start(["rehearse"])
    let deadline = MonotonicTime.now + 30
    while !FileTree.exists(stage.scene.directory.path.appending("stayed")) {
      try #require(MonotonicTime.now < deadline, "the build command did not begin")
      usleep(10_000)
    }
    return (stage, live, running)
  }

  @Test("Ctrl-C ends the command and the rehearsal, and nothing is left")
  func interrupted() throws {
    let (stage, live, running) = try staying()
    #expect(try stage.leftovers().count == 2 && stage.scene.database?.relatives().count == 1)
    running.send(SIGINT)
    let result = running.wait()
    #expect(result.code == 130, "\(result)")
    try stage.expectUntouched(since: live)
    #expect(try stage.scene.names(in: "reports") == [])
    let number = try stage.output("pid").filter { $0 != "\n" }
    #expect(throws: (any Error).self) { try Program.run(["kill", "-0", number]).succeeded() }
  }

  @Test("what a killed rehearsal left is removed by the next one, and a living one's is not")
  func killed() throws {
    let (stage, live, running) = try staying()
    try stage.configure("services.build", "true")
    let other = try stage.scene.run("rehearse")
    #expect(other.code == 0, "\(other)")
    #expect(try stage.leftovers().count == 2 && stage.scene.database?.relatives().count == 1)
    running.send(SIGKILL)
    _ = running.wait()
    kill(-(try #require(pid_t(try stage.output("pid").filter { $0 != "\n" }))), SIGKILL)
    #expect(try stage.leftovers().count == 2)
    try stage.scene.checkpoint("rehearse")
    try stage.expectUntouched(since: live.without(["repository"]).merging(configured(stage)))
  }

  /// The settings were changed in between.
  private func configured(_ stage: RehearsalScene) throws -> Picture {
    var picture = Picture()
    picture.parts["repository"] = try stage.everything().parts["repository"]?.filter {
      !$0.contains("/worktrees/")
    }
    return picture
  }

  @Test("killed at any moment, the next rehearsal finds everything as it was")
  func killedAnywhere() throws {
    let stage = try RehearsalScene()
    try stage.configure("services.build", "cat a.txt")
    let live = try stage.everything()
    let start = MonotonicTime.now
    try stage.scene.checkpoint("rehearse")
    let longest = MonotonicTime.now - start
    var random = SeededGenerator()
    for round in 1...6 {
      let delay = Double.random(in: 0...longest, using: &random)
      _ = try stage.scene.program.start(["rehearse"]).kill(after: delay)
      let comment: Comment = "seed \(random.seed), round \(round), killed after \(delay) s"
      // Programs that it had started, and what they had sent to the server, come to their ends first.
      let database = try #require(stage.scene.database)
      try database.server.waitUntil(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = '\(database.role)'")
      let next = try stage.scene.run("rehearse")
      try #require(next.code == 0, "\(comment): \(next)")
      try stage.expectUntouched(since: live, comment)
    }
  }

  @Test(
    "a repository with changes of every kind comes back whole, from a linked working tree and a hook, too")
  func everyKind() throws {
    let scene = try Scene(.createDatabases)
    let database = try #require(scene.database)
    try scene.repository.fill()
    try scene.repository.work(databaseURL: database.url)
    try database.psql("CREATE TABLE people (id int PRIMARY KEY)")
    try scene.checkpoint("custom", "work")
    let before = try scene.picture()
    scene.program.environment["GIT_DIR"] = scene.repository.top.appending(".git").description
    scene.program.environment["GIT_INDEX_FILE"] = scene.repository.top.appending(".git/index").description
    let result = try scene.run("rehearse", "--json")
    #expect(result.code == 0, "\(result)")
    scene.program.environment["GIT_DIR"] = nil
    scene.program.environment["GIT_INDEX_FILE"] = nil
    try scene.expect(before)
    let linked = scene.directory.path.appending("linked")
    try scene.repository.git("worktree", "add", "-q", "--detach", linked)
    #expect(try scene.run("rehearse", in: linked).code == 0)
    #expect(try scene.repository.git("worktree", "list").lines.count == 2)
  }

  @Test("a checkpoint from before the first commit, and one in a conflict, are reported as they are")
  func edges() throws {
    let empty = try Scene()
    try empty.repository.write("a.txt", "one\n")
    try empty.checkpoint("custom", "unborn")
    let unborn = try empty.run("rehearse")
    #expect(unborn.code == 3 && unborn.errorText.contains("before the first commit"), "\(unborn)")
    let scene = try Scene.small()
    try scene.repository.git("switch", "-q", "-c", "other")
    try scene.repository.write("a.txt", "other\n")
    try scene.repository.commit("Other")
    try scene.repository.git("switch", "-q", "main")
    try scene.repository.write("a.txt", "main\n")
    try scene.repository.commit("Main")
    _ = try scene.program.git(["merge", "other"], accepting: [1])
    try scene.checkpoint("custom", "conflict")
    let before = try scene.picture()
    try scene.checkpoint("rehearse", "conflict")
    try scene.expect(before)
  }
}
