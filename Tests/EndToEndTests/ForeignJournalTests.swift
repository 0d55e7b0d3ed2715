// A journal, notes and directories of a store that others wrote.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Journals that others wrote")
struct ForeignJournalTests {
  private func putJournal(
    _ foreign: ForeignStore, token: String = "20261129_040000_ab", head: String = "[]", more: String = ""
  ) throws {
    let text = """
      {"version":1,"operation":"rollback","startedAt":"2020-11-29T04:00:00.000Z","target":"\(foreign.id)",
      "worktree":".","scope":{"everything":{}},"keepUntracked":true,"token":"\(token)",
      "leavesDatabasesOut":true,"sources":{},"head":\(head),"headBefore":[],"isGitTouched":false,
      "isGitRestored":false\(more)}
      """
    try SystemFileOperations().replaceFile(foreign.journal, with: Array(text.utf8))
  }

  @Test(
    "a token of another form stops what would remove things by it",
    arguments: ["x/../../outside/", "", "20261129_040000_", "20261129_040000_ab/../../outside/"])
  func token(token: String) throws {
    let foreign = try ForeignStore()
    try putJournal(foreign, token: token)
    for way: BytePath in ["--continue", "--abort"] { try foreign.expectRefused("rollback", "--yes", way) }
    #expect(try foreign.scene.run("rollback", "--yes", "--abort").errorText.contains("hint: "))
  }

  @Test("so do names of branches that lead out of git's directory")
  func branches() throws {
    let foreign = try ForeignStore()
    let lock = foreign.outside.appending("victim.lock")
    try putJournal(foreign, head: "[{\"unborn\":{\"_0\":\"../../../../outside/victim\"}}]")
    try SystemFileOperations().replaceFile(lock, with: [])
    let result = try foreign.scene.run("rollback", "--yes", "--continue")
    #expect(result.code == 12 && FileTree.exists(lock), "\(result)")
  }

  @Test(
    "service commands of a journal are run only if they are the user's", arguments: ["--continue", "--abort"])
  func services(way: String) throws {
    let foreign = try ForeignStore()
    let services = """
      ,"services":{"commands":[{"step":"stop","text":"touch pwned","limit":10},
      {"step":"start","text":"touch pwned","limit":10}],"revertsOnFailure":false,
      "forward":{"stop":"begun"},"back":{},"isPutBack":false}
      """
    try putJournal(foreign, more: services)
    try foreign.expectRefused("rollback", "--yes", BytePath(way))
    let result = try foreign.scene.run("rollback", "--yes", BytePath(way))
    #expect(
      result.errorText.contains("touch pwned") && result.errorText.contains("--no-services"), "\(result)")
    try foreign.scene.checkpoint("rollback", "--yes", BytePath(way), "--no-services")
    try foreign.expectUnharmed()
  }

  @Test("commands that the settings have now are run")
  func configured() throws {
    let foreign = try ForeignStore()
    try foreign.scene.repository.git("config", "checkpoint.services.stop", "touch stopped")
    try putJournal(
      foreign,
      more: """
        ,"services":{"commands":[{"step":"stop","text":"touch stopped","limit":10}],
        "revertsOnFailure":false,"forward":{},"back":{},"isPutBack":false}
        """)
    try foreign.scene.checkpoint("rollback", "--yes", "--continue", "--keep-untracked")
    #expect(foreign.scene.repository.exists("stopped"))
  }

  @Test(
    "a directory of a store is no link",
    arguments: ["journal", "tmp", "notes", "log", "chunks", "manifests", "rehearsals", "lock"])
  func links(name: String) throws {
    let foreign = try ForeignStore()
    let place = foreign.scene.store.appending(name)
    try FileTree.remove(place)
    let isFile = name == "lock"
    try FileTree.makeLink(place, to: isFile ? foreign.outside.appending("made") : foreign.outside)
    for command: [BytePath] in [
      ["full"], ["rollback", "--yes", "full"], ["verify", "--all"], ["delete", "--yes", "full"],
    ] {
      let result = try foreign.scene.program.run(command)
      #expect(result.code == 1 && result.errorText.contains("is a link"), "\(result)")
    }
    try foreign.expectUnharmed()
  }

  @Test("the store itself may be reached through one")
  func linkedStore() throws {
    let foreign = try ForeignStore()
    let real = foreign.scene.directory.path.appending("real")
    try SystemFileOperations().rename(foreign.scene.store, to: real)
    try FileTree.makeLink(foreign.scene.store, to: real)
    try foreign.scene.checkpoint("rollback", "--yes", "full")
  }

  @Test("what lies among the rehearsals by another name removes no working tree of git's")
  func rehearsals() throws {
    let foreign = try ForeignStore()
    let repository = foreign.scene.repository
    try repository.git("worktree", "add", "-q", "../tree")
    try TemporaryDirectory.write(foreign.scene.store.appending("rehearsals/tree"), [])
    try foreign.scene.checkpoint("rehearse", "full")
    #expect(repository.exists(".git/worktrees/tree/HEAD"))
  }

  @Test("a log that is a pipe is waited for by no command, and one that is a link is not written to")
  func log() throws {
    let foreign = try ForeignStore()
    let log = foreign.scene.store.appending("log/operations.jsonl")
    try FileTree.remove(log)
    #expect(log.withCString { mkfifo($0, 0o600) } == 0)
    for command: [BytePath] in [
      ["custom", "x"], ["log"], ["verify", "full"], ["rollback", "--yes", "full"],
    ] {
      let result = try foreign.scene.program.run(command)
      #expect(!result.timedOut && result.code == (command == ["log"] ? 1 : 0), "\(result)")
    }
    try FileTree.remove(log)
    try FileTree.makeLink(log, to: foreign.outside.appending("victim"))
    try foreign.scene.checkpoint("custom", "y")
    try foreign.expectUnharmed()
  }
}
