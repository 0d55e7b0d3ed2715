// What people get wrong: each gives its exit code, an error that says what happened, a hint where one helps,
// and changes nothing.

import FileSystem
import TestSupport
import Testing

@Suite("Bad input")
struct BadInputTests {
  /// The shape of every error, and that no control character of an argument reaches the terminal.
  private func expect(
    _ result: ProgramResult, _ code: Int32, _ texts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.code == code, "\(result)", sourceLocation: sourceLocation)
    // Commands that wait say so first.
    let lines = result.errorText.split(separator: "\n").drop { $0.hasPrefix("waiting for ") }
    let first = lines.first ?? ""
    #expect(first.hasPrefix("error: ") && !first.hasSuffix("."), "\(result)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(result.errorText.contains(text), "“\(text)” in \(result)", sourceLocation: sourceLocation)
    }
    let controls = result.errors.filter { $0 < 0x20 && $0 != 0x0A }
    #expect(controls == [], "\(result)", sourceLocation: sourceLocation)
    #expect(result.output == [], "\(result)", sourceLocation: sourceLocation)
  }

  @Test(
    "outside of a repository",
    arguments: ["full", "list", "status", "verify", "rollback", "init", "stage-01-start"])
  func noRepository(_ command: String) throws {
    let directory = try EndToEndDirectory()
    let program = CheckpointProgram(home: directory.path, directory: directory.path)
    expect(try program.run([BytePath(command)]), 10, "not inside a git repository", "hint: git init")
    #expect(try FileTree.list(directory.path) == [])
  }

  @Test("in a bare repository")
  func bare() throws {
    let directory = try EndToEndDirectory()
    let program = CheckpointProgram(home: directory.path, directory: directory.path)
    try program.git(["init", "-q", "--bare", "bare.git"])
    expect(try program.run(["full"], in: directory.path.appending("bare.git")), 10, "working tree")
  }

  @Test("a mistyped sub-command, also if it could have been a selector")
  func subcommands() throws {
    let scene = try Scene.small()
    try scene.checkpoint("full")
    expect(
      try scene.run("warm", "lsit"), 1, "there is no checkpoint “lsit”",
      "hint: did you mean: checkpoint warm list?")
    expect(
      try scene.run("hooks", "instal"), 2, "“hooks” has no sub-command “instal”",
      "hint: did you mean: hooks install?", "hint: its sub-commands: install, uninstall, status, run")
    expect(try scene.run("restore", "files"), 2, "too few", "hint: usage: checkpoint restore files SELECTOR")
  }

  @Test("without a store", arguments: ["list", "show", "status", "verify", "rollback", "undo"])
  func noStore(_ command: String) throws {
    let scene = try Scene.small()
    expect(try scene.run(BytePath(command)), 10, "not set up", "hint: checkpoint init")
    #expect(!FileTree.exists(scene.store))
  }

  @Test(
    "names that cannot be names",
    arguments: [
      "with space", "..", "a..b", "tab\there", "new\nline", "\u{1B}[31mred", "", ".hidden", "a/b", "a.lock",
      "dot.", "ä", "*",
      String(repeating: "x", count: 101),
    ])
  func badNames(_ name: String) throws {
    let scene = try Scene.small()
    expect(try scene.run("custom", name), 2, "cannot name a checkpoint")
    expect(try scene.run("full", name), 2, "cannot name a checkpoint")
    #expect(try scene.refs() == [])
    #expect(try scene.names(in: "manifests") == [])
  }

  @Test(
    "a phase that is none names the four",
    arguments: ["stage-02-begin", "stage-02", "stage-02-", "stage-02-webrtc"])
  func badPhases(_ word: String) throws {
    let scene = try Scene.small()
    expect(try scene.run(BytePath(word)), 2, "start, core, integration, complete")
  }

  @Test(
    "wrong usage",
    arguments: [
      ["frobnicate"], ["list", "--frobnicate"], ["custom"], ["custom", "a", "b"], ["full", "-m"],
      ["rollback", "a", "b"],
      ["full", "-m", "a", "-m", "b"], ["list", "--json=yes"], ["mark", "x"], ["restore", "database"],
    ])
  func wrongUsage(_ words: [String]) throws {
    let scene = try Scene.small()
    expect(try scene.program.run(words.map { BytePath($0) }), 2)
  }

  @Test("a misspelt command and a misspelt option are guessed")
  func guesses() throws {
    let scene = try Scene.small()
    expect(try scene.run("rolback"), 2, "did you mean: rollback")
    expect(try scene.run("list", "--jsn"), 2, "did you mean --json")
  }

  @Test("a selector that nothing has lists near matches")
  func unknownSelector() throws {
    let scene = try Scene.small()
    let id = try scene.take("custom", "before-upgrade")
    for command in ["show", "verify", "rollback"] {
      let result = try scene.run(BytePath(command), "before-upgrad")
      expect(result, 1, "before-upgrad", "did you mean", id)
    }
    expect(try scene.run("show", "nothing-like-it\u{1B}[0m"), 1, "there is no checkpoint")
    expect(try scene.run("undo"), 2, "nothing to undo")
    expect(try scene.run("rollback", "--continue"), 1, "no operation was interrupted")
  }

  @Test("errors are JSON if JSON was asked for")
  func jsonErrors() throws {
    let scene = try Scene.small()
    let result = try scene.run("list", "--json")
    #expect(result.code == 10)
    let error = try #require(try result.json()["error"])
    #expect(error["exitCode"]?.number == 10)
    #expect(error["message"]?.string?.contains("not set up") == true)
    #expect(error["hints"]?.array?.isEmpty == false)
  }

  @Test("a rollback without --yes if there is no terminal to ask on")
  func needsConfirmation() throws {
    let scene = try Scene.small()
    try scene.repository.write("a.txt", "changed\n")
    try scene.checkpoint("full")
    try scene.repository.write("a.txt", "broken\n")
    let before = try scene.picture()
    for arguments: [BytePath] in [["rollback", "latest"], ["restore", "files", "latest"]] {
      let result = try scene.program.run(arguments)
      #expect(result.code == 2 && result.errorText.contains("--yes"), "\(result)")
    }
    try scene.expect(before)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
  }

  @Test("a store of a newer format", arguments: ["full", "list", "verify", "status", "rollback"])
  func newerFormat(_ command: String) throws {
    let scene = try Scene.small()
    try scene.checkpoint("full")
    let format = scene.store.appending("format")
    let files = SystemFileOperations()
    try files.replaceFile(format, with: Array("checkpoint store 99\n".utf8))
    let before = try scene.names(in: "manifests")
    expect(try scene.run(BytePath(command)), 1, "format 99", "hint: install a newer checkpoint")
    #expect(try scene.names(in: "manifests") == before)
  }

  @Test("a store that another command holds for itself")
  func locked() throws {
    let scene = try Scene.small()
    try scene.checkpoint("full")
    let path = scene.store.appending("lock")
    let exclusive = try #require(try FileLock.acquire(path, .exclusive))
    let running = try [["full"], ["verify"], ["rollback", "--yes"]].map { try scene.program.start($0) }
    for program in running { expect(program.wait(), 11, "another checkpoint command") }
    withExtendedLifetime(exclusive) {}
    #expect(try scene.names(in: "manifests").count == 1)
  }

  @Test("a rollback does not start while a checkpoint is being taken")
  func lockedShared() throws {
    let scene = try Scene.small()
    try scene.checkpoint("full")
    let shared = try #require(try FileLock.acquire(scene.store.appending("lock"), .shared))
    expect(try scene.run("rollback", "--yes"), 11, "another checkpoint command")
    // Others that only share it go on.
    try scene.checkpoint("full")
    withExtendedLifetime(shared) {}
  }

  @Test("a setting that makes no sense")
  func badSettings() throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.lockTimeout", "soon")
    expect(try scene.run("full"), 2, "lockTimeout", "soon", ".git/config:")
  }
}
