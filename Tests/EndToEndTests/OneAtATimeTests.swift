// Two rollbacks at once, and every other command while an interrupted one is pending.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("One at a time", .needsPostgreSQL)
struct OneAtATimeTests {
  @Test("if two rollbacks begin at once, one works, and the other one says so")
  func twoRollbacks() throws {
    let moment = try Moment()
    let place = moment.scene.directory.path
    try moment.during("stop", "until [ -e '\(place)/go' ]; do sleep 0.02; done")
    let first = try moment.scene.program.start(["rollback", "--yes", moment.id])
    try moment.scene.wait(for: "the stop command") { FileTree.exists(place.appending("happened")) }
    for arguments in [["rollback", "--yes", "\(moment.id)"], ["undo", "--yes"], ["rollback", "--abort"]]
      as [[BytePath]]
    {
      let refused = try moment.scene.program.run(arguments)
      #expect(refused.code == 11 && refused.errorText.contains("another checkpoint command"), "\(refused)")
    }
    try TemporaryDirectory.write(place.appending("go"), [])
    let result = first.wait()
    #expect(result.code == 0, "\(result)")
    try moment.scene.expect(moment.good)
  }

  @Test("several that begin at the same moment break nothing")
  func race() throws {
    let moment = try Moment()
    let running = try (1...4).map { _ in
      try moment.scene.program.start(["rollback", "--yes", moment.id])
    }
    let results = running.map { $0.wait() }
    for result in results { #expect([0, 11].contains(result.code), "\(result)") }
    #expect(results.contains { $0.code == 0 })
    try moment.scene.expect(moment.good)
    #expect(try !moment.isPending)
    #expect(try moment.database.relatives().filter { !$0.contains("_before_") } == [])
  }

  @Test(
    "while one is pending, what changes something says so, and what reads works",
    arguments: LongHunt.cases(["stop", "build"]))
  func pending(in step: String) throws {
    let moment = try Moment()
    _ = try moment.warm()
    try moment.scene.repository.git("tag", "v1")
    try moment.killed(in: step)
    let before = try moment.scene.picture()
    var changing: [[BytePath]] = [
      ["full"], ["stage-01-start"], ["database"], ["custom", "more"], ["rollback", "--yes", "good"],
      ["rollback", "--yes", "v1"], ["rollback", "--dry-run", "good"], ["undo", "--yes"],
      ["restore", "files", "good", "--yes"], ["restore", "database", "good", "--yes"], ["warm", "good"],
      ["warm", "drop"], ["delete", "--yes", "good"], ["mark", "good", "stable"],
      ["run", "--rollback-on-failure", "--", "true"],
    ]
    // What they ask is the same question, whichever step it is about.
    if step == "stop" { changing.removeSubrange(4...) }
    for arguments in changing {
      let result = try moment.scene.program.run(arguments)
      #expect(result.code == 1 && result.errorText.contains("was interrupted"), "\(result)")
      #expect(result.errorText.contains("hint: checkpoint rollback --continue finishes it"), "\(result)")
      #expect(result.errorText.contains("hint: checkpoint rollback --abort"), "\(result)")
    }
    for arguments in [
      ["list"], ["show", "good"], ["status"], ["verify", "good"], ["warm", "list"], ["list", "--json"],
      ["init", "--help"],
    ] as [[BytePath]] {
      let result = try moment.scene.program.run(arguments)
      #expect(result.code == 0, "\(result)")
    }
    #expect(try moment.scene.run("status").text.contains("checkpoint rollback --continue or --abort"))
    try moment.scene.expect(before)
    try moment.settle("--abort")
    let nothing = try moment.scene.run("rollback", "--abort")
    #expect(nothing.code == 1 && nothing.errorText.contains("no operation was interrupted"), "\(nothing)")
  }

  @Test(
    "locks that git left when it was killed as well do not stop what takes the rollback up",
    arguments: LongHunt.cases(["stop", "build"]))
  func gitLocks(in step: String) throws {
    let moment = try Moment()
    let git = moment.scene.repository.top.appending(".git")
    for direction in ["--abort", "--continue"] as [BytePath] {
      try moment.killed(in: step)
      for name in ["index.lock", "HEAD.lock"] as [BytePath] {
        try TemporaryDirectory.write(git.appending(name), [])
      }
      try moment.settle(direction)
    }
  }

  @Test("a git that is still at work is waited for")
  func gitAtWork() throws {
    let moment = try Moment()
    let place = moment.scene.directory.path
    try moment.killed(in: "build")
    let lock = moment.scene.repository.top.appending(".git/index.lock")
    let script =
      "alias.work=!touch '\(lock)' '\(place)/works'; until [ -e '\(place)/go' ]; do sleep 0.02; done; rm '\(lock)'"
    let git = try Program.start(
      ["git", "-c", BytePath(script), "work"], environment: ["HOME": place.description],
      directory: moment.scene.repository.top)
    try moment.scene.wait(for: "git") { FileTree.exists(place.appending("works")) }
    let running = try moment.scene.program.start(["rollback", "--abort"])
    try TemporaryDirectory.write(place.appending("go"), [])
    let (worked, result) = (git.wait(), running.wait())
    // It found its own lock.
    #expect(worked.code == 0, "\(worked)")
    #expect(result.code == 0, "\(result)")
    try moment.scene.expect(moment.bad)
  }
}
