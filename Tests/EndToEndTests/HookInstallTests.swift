// Installing hooks next to others, and taking them away again: byte for byte.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Installing hooks")
struct HookInstallTests {
  private let scene: Scene
  private var hooks: BytePath { scene.repository.top.appending(".git/hooks") }

  init() throws {
    scene = try Scene.small()
    // Opened before, so that it is not part of what installing changes.
    try scene.checkpoint("custom", "before")
  }

  private func put(_ name: BytePath, _ text: String, mode: UInt32 = 0o755) throws {
    try TemporaryDirectory.write(hooks.appending(name), Array(text.utf8), permissions: mode)
  }

  /// Names, bytes, modes, times and numbers of everything in a directory.
  private func listing(_ directory: BytePath) throws -> [String] {
    guard FileTree.exists(directory) else { return ["none"] }
    return try FileTree.list(directory).map { name in
      let path = directory.appending(name)
      let status = try #require(try FileTree.status(path))
      let bytes = status.kind == .regular ? try FileTree.readAll(path).hexadecimal : "\(status.kind)"
      return "\(name) \(status.permissions) \(status.modified.tv_nsec) \(status.inode) \(bytes)"
    }
  }

  private func git(_ arguments: any BytePathConvertible...) throws -> ProgramResult {
    try scene.program.git(arguments, accepting: [0, 1, 7])
  }

  @Test(
    "uninstalling leaves the repository as before", arguments: ["samples", "none", "own", "link", "disabled"])
  func bytes(kind: String) throws {
    switch kind {
    case "none": try FileTree.remove(hooks)
    case "own":
      try put("pre-commit", "#!/bin/sh\r\n\u{0}odd", mode: 0o711)
      try put("pre-push", "#!/bin/sh\nexit 0", mode: 0o744)
    case "link":
      try put("shared", "#!/bin/sh\n")
      try FileTree.makeLink(hooks.appending("pre-commit"), to: "shared")
    case "disabled": try put("pre-commit", "#!/bin/sh\nexit 1\n", mode: 0o644)
    default: break
    }
    let config = try FileTree.readAll(scene.repository.top.appending(".git/config"))
    let before = try listing(hooks)
    try scene.checkpoint("hooks", "install", "pre-commit", "pre-push", "post-checkout")
    #expect(try listing(hooks) != before)
    #expect(try scene.checkpoint("hooks", "status").printed.contains("installed"))
    try scene.checkpoint("hooks", "install")
    try scene.checkpoint("hooks", "uninstall")
    #expect(try listing(hooks) == before)
    #expect(try FileTree.readAll(scene.repository.top.appending(".git/config")) == config)
    #expect(try scene.checkpoint("hooks", "uninstall").printed.contains("no hooks of checkpoint"))
  }

  @Test("the hook that was there is called first, with its arguments, input and exit code")
  func chained() throws {
    let log = scene.directory.path.appending("log")
    try put(
      "pre-commit",
      "#!/bin/sh\necho \"commit $# ${0##*/} $GIT_INDEX_FILE\" >>\(log)\n[ ! -e stop ] || exit 7\n")
    try put("pre-push", "#!/bin/sh\necho \"push $*\" >>\(log)\ncat >>\(log)\n[ ! -e stop ] || exit 7\n")
    try scene.checkpoint("hooks", "install")
    try scene.repository.write("a.txt", "two\n")
    #expect(try git("commit", "-qam", "two").errorText.contains("checkpoint: pre-commit_"))
    let remote = scene.directory.path.appending("remote.git")
    try scene.repository.git("init", "-q", "--bare", remote)
    let head = try scene.repository.git("rev-parse", "HEAD").text.dropLast()
    _ = try git("push", "-q", remote, "main:copy")
    let lines = String(decoding: try FileTree.readAll(log), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    // Under its own name, which many hooks look at.
    #expect(lines.first?.hasPrefix("commit 0 pre-commit /") == true)
    #expect(lines.dropFirst().first.map(String.init) == "push \(remote) \(remote)")
    let zeros = String(repeating: "0", count: 40)
    #expect(lines.last.map(String.init) == "refs/heads/main \(head) refs/heads/copy \(zeros)")

    try scene.repository.write("stop", "")
    let count = try scene.names(in: "manifests").count
    #expect(try git("commit", "-q", "--allow-empty", "-m", "three").code == 1)
    #expect(try scene.names(in: "manifests").count == count)
    #expect(try git("push", "-q", remote, "main:refs/tags/v9").code == 1)
    #expect(try scene.names(in: "manifests").count == count)
  }

  @Test("a hook finds the files next to it, also through a link of its own")
  func siblings() throws {
    try put("library.sh", "answer=42\n", mode: 0o644)
    try FileTree.makeDirectories(scene.repository.top.appending("scripts"), mode: 0o755)
    try scene.repository.write(
      "scripts/hook.sh", "#!/bin/sh\n. \"$(dirname \"$0\")/library.sh\"\nexit $answer\n", mode: 0o755)
    try FileTree.makeLink(hooks.appending("pre-commit"), to: "../../scripts/hook.sh")
    let before = try listing(hooks)
    try scene.checkpoint("hooks", "install")
    #expect(try git("commit", "-q", "--allow-empty", "-m", "x").code == 1)
    try scene.repository.write(
      "scripts/hook.sh", "#!/bin/sh\n. \"$(dirname \"$0\")/library.sh\"\nexit $((answer - 42))\n", mode: 0o755
    )
    #expect(try git("commit", "-q", "--allow-empty", "-m", "x").code == 0)
    try scene.checkpoint("hooks", "uninstall")
    #expect(try listing(hooks) == before)
  }

  @Test("a script of ours that the user added to is neither written anew nor removed")
  func edited() throws {
    try scene.checkpoint("hooks", "install")
    let file = hooks.appending("pre-commit")
    let text = try FileTree.readAll(file) + Array("npm test\n".utf8)
    try TemporaryDirectory.write(file, text, permissions: 0o755)
    let refused = try scene.run("hooks", "install")
    #expect(
      refused.code == 1 && refused.errorText.contains("was changed since checkpoint wrote it"), "\(refused)")
    #expect(try scene.checkpoint("hooks", "status").printed.contains("changed by hand"))
    let left = try scene.run("hooks", "uninstall")
    #expect(left.code == 3 && left.printed.contains("left alone"), "\(left)")
    #expect(try FileTree.readAll(file) == text)
    // As another version wrote it, or with the program elsewhere, it is ours.
    try FileTree.remove(file)
    let other = scene.directory.path.appending("elsewhere")
    _ = try Program.run(["cp", CheckpointProgram.binary, other]).succeeded()
    var program = scene.program
    program.binary = other
    _ = try program.run(["hooks", "install"]).succeeded()
    #expect(try scene.checkpoint("hooks", "install").printed.contains("written anew"))
  }

  @Test("an empty directory stays, and one that was made goes")
  func directory() throws {
    try FileTree.remove(hooks)
    try FileTree.makeDirectories(hooks, mode: 0o750)
    try scene.checkpoint("hooks", "install")
    try scene.checkpoint("hooks", "uninstall")
    #expect(try FileTree.status(hooks)?.permissions == 0o750)
  }

  @Test("one that is switched off stays switched off")
  func disabled() throws {
    try put("pre-commit", "#!/bin/sh\nexit 1\n", mode: 0o644)
    try scene.checkpoint("hooks", "install")
    #expect(try git("commit", "-q", "--allow-empty", "-m", "x").code == 0)
  }

  @Test("a kill between the two steps of an installation loses no hook")
  func killed() throws {
    try put("pre-commit", "#!/bin/sh\nexit 1\n")
    let before = try listing(hooks)
    // What is there after the first step.
    _ = try Program.run([
      "ln", hooks.appending("pre-commit"), hooks.appending("pre-commit.before-checkpoint"),
    ])
    .succeeded()
    #expect(try git("commit", "-q", "--allow-empty", "-m", "x").code == 1)
    try scene.checkpoint("hooks", "install", "pre-commit")
    try scene.checkpoint("hooks", "uninstall")
    #expect(try listing(hooks) == before)
  }

  @Test("a hook that came later is not lost, and the one from before neither")
  func twoEarlier() throws {
    try put("pre-commit", "#!/bin/sh\n# first\n")
    try scene.checkpoint("hooks", "install")
    try put("pre-commit", "#!/bin/sh\n# second\n")
    let before = try listing(hooks)
    let refused = try scene.run("hooks", "install")
    #expect(refused.code == 1 && refused.errorText.contains("one of both would be lost"), "\(refused)")
    #expect(refused.errorText.contains("hint:"))
    let left = try scene.run("hooks", "uninstall", "pre-commit")
    #expect(left.code == 3 && left.printed.contains("left alone"), "\(left)")
    #expect(try listing(hooks) == before)
  }

  @Test("core.hooksPath is followed; if all repositories share it the user has to agree")
  func hooksPath() throws {
    try scene.repository.git("config", "core.hooksPath", "my hooks")
    try scene.checkpoint("hooks", "install")
    #expect(FileTree.exists(scene.repository.top.appending("my hooks/pre-push")))
    try scene.repository.write("a.txt", "two\n")
    #expect(try git("commit", "-qam", "two").errorText.contains("checkpoint: pre-commit_"))
    try scene.checkpoint("hooks", "uninstall")
    #expect(!FileTree.exists(scene.repository.top.appending("my hooks")))
    try scene.repository.git("config", "--unset", "core.hooksPath")
    let shared = scene.directory.path.appending("shared")
    try scene.repository.git("config", "--global", "core.hooksPath", shared)
    #expect(try scene.run("hooks", "install").code == 2)
    #expect(!FileTree.exists(shared))
    let agreed = try scene.checkpoint("hooks", "install", "--yes").printed
    #expect(agreed.contains("all repositories") && !agreed.contains("?"), "\(agreed)")
    // Another repository, which has nothing to do with it.
    let other = scene.directory.path.appending("other")
    try scene.repository.git("init", "-q", "-b", "main", other)
    for word in ["user.name", "user.email"] {
      try scene.program.git(["config", BytePath(word), "x"], in: other)
    }
    let result = try scene.program.git(["commit", "-q", "--allow-empty", "-m", "x"], in: other)
    #expect(result.printed == "" && !FileTree.exists(other.appending(".git/checkpoints")))
    // What others use as well is not taken from them.
    func takes(_ number: Int) throws -> Bool {
      try scene.repository.write("a.txt", "\(number)\n")
      return try git("commit", "-qam", "\(number)").errorText.contains("checkpoint: pre-commit_")
    }
    #expect(try takes(1))
    #expect(try scene.checkpoint("hooks", "uninstall").printed.contains("--everywhere"))
    #expect(FileTree.exists(shared.appending("pre-commit")))
    #expect(try !takes(2))
    #expect(try scene.checkpoint("hooks", "status").printed.contains("switched off"))
    try scene.checkpoint("hooks", "install", "--yes")
    #expect(try takes(3))
    try scene.checkpoint("hooks", "uninstall", "--everywhere")
    #expect(!FileTree.exists(shared.appending("pre-commit")))
    try scene.repository.git("config", "--global", "core.hooksPath", "/dev/null")
    let nowhere = try scene.run("hooks", "install", "--yes")
    #expect(nowhere.code == 1 && nowhere.errorText.contains("/dev/null"), "\(nowhere)")
  }

  @Test("husky's own file gets a line after a question, and loses it again")
  func husky() throws {
    try scene.repository.write(".husky/pre-commit", "npm test")
    try scene.repository.write(".husky/_/pre-commit", "#!/bin/sh\nsh -e .husky/pre-commit\n", mode: 0o755)
    try scene.repository.git("config", "core.hooksPath", ".husky/_")
    let shown = try scene.run("hooks", "install", "pre-commit")
    #expect(shown.code == 3 && shown.printed.contains("checkpoint hooks run pre-commit"), "\(shown)")
    #expect(try scene.repository.read(".husky/pre-commit") == "npm test")
    try scene.checkpoint("hooks", "install", "--yes")
    #expect(try scene.repository.read(".husky/pre-commit").hasPrefix("npm test\nif command -v checkpoint"))
    #expect(try scene.checkpoint("hooks", "status").printed.contains("called by husky"))
    try scene.checkpoint("hooks", "uninstall")
    #expect(try scene.repository.read(".husky/pre-commit") == "npm test")
    #expect(!scene.repository.exists(".husky/pre-push"))
  }

  @Test("for lefthook the lines are shown, and pre-commit is called first")
  func others() throws {
    try scene.repository.write("lefthook.yml", "pre-push:\n  commands: {}\n")
    let shown = try scene.run("hooks", "install")
    #expect(shown.code == 3 && shown.printed.contains("use_stdin: true"), "\(shown)")
    try scene.repository.write(
      "lefthook.yml", "a: checkpoint hooks run pre-commit\nb: checkpoint hooks run pre-push")
    #expect(try scene.checkpoint("hooks", "install").printed.contains("lefthook calls it already"))
    try scene.repository.remove("lefthook.yml")
    try put("pre-commit", "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n")
    #expect(try scene.checkpoint("hooks", "install").printed.contains("pre-commit is called first"))
    // What “pre-commit install” does then.
    try SystemFileOperations().rename(hooks.appending("pre-commit"), to: hooks.appending("pre-commit.legacy"))
    try put("pre-commit", "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n")
    #expect(try scene.checkpoint("hooks", "status").printed.contains("called by pre-commit"))
    try scene.checkpoint("hooks", "uninstall")
    #expect(!FileTree.exists(hooks.appending("pre-commit.legacy")))
  }

  @Test(
    "wrong words are reported",
    arguments: [["install", "pre-comit"], ["run"], ["run", "nothing"], ["begin"], ["status", "x"]])
  func wrong(words: [String]) throws {
    let result = try scene.program.run(["hooks"] + words.map { BytePath($0) })
    #expect(result.code == 2 && result.errorText.contains("hint:"), "\(result)")
  }
}
