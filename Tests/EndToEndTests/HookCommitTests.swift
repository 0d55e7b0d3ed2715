// Commits of every kind with the pre-commit hook: what is recorded is the state before git has done anything to it, and
// the commit is the one that git would have made without the hook.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("The hook before commits")
struct HookCommitTests {
  /// Runs a line of shell in the top of the working tree, as a person would.
  private func shell(
    _ scene: Scene, _ line: String, in directory: BytePath? = nil, environment: [String: String] = [:]
  ) throws -> ProgramResult {
    try Program.run(
      ["sh", "-c", BytePath(line)],
      environment: ["HOME": "\(scene.program.home)", "GIT_CONFIG_NOSYSTEM": "1"].merging(environment) { $1 },
      directory: directory ?? scene.repository.top)
  }

  /// A repository in the middle of work, with the hooks installed.
  private func scene() throws -> Scene {
    let scene = try Scene.small()
    try scene.repository.write("b.txt", "b\n")
    try scene.repository.write("c.txt", "c\n")
    try scene.repository.commit("Second")
    try scene.checkpoint("hooks", "install")
    try scene.repository.write("a.txt", "changed\n")
    try scene.repository.write("b.txt", "staged\n")
    try scene.repository.git("add", "b.txt")
    try scene.repository.write("b.txt", "and changed again\n")
    try scene.repository.write("a b/new.txt", "untracked\n")
    return scene
  }

  private func ids(_ scene: Scene) throws -> [String] {
    try scene.names(in: "manifests").map { String($0.dropLast(5)) }
  }

  @Test(
    "the state before the commit comes back, and the commit is git's",
    arguments: [
      "git commit -qm x", "git commit -qam x", "git commit -q --amend -m x",
      "git commit -q --amend --no-edit -a",
      "git commit -qm x -- a.txt", "git commit -qm x --only b.txt", "git commit -qm x --include a.txt",
      "printf 'y\\ny\\n' | git commit -qpm x", "git -C . commit -qm x", "GIT_DIR=.git git commit -qm x",
      "cd .. && git --git-dir=shop/.git --work-tree=shop commit -qm x",
      "cd 'a b' && git commit -qam x",
      "cp .git/index .git/other && GIT_INDEX_FILE=.git/other git commit -qm x",
    ])
  func ways(line: String) throws {
    let scene = try scene()
    let before = try scene.picture()
    let twin = scene.directory.path.appending("twin")
    _ = try Program.run(["cp", "-a", scene.repository.top, twin]).succeeded()
    let dates = ["GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"]
    let result = try shell(scene, line, environment: dates).succeeded()
    // git add -p asks there.
    #expect(result.output.isEmpty || line.contains("-qpm"), "\(result)")
    #expect(result.errorText.contains("checkpoint: pre-commit_"), "\(result)")
    // The same without the hook.
    let plain = dates.merging(["CHECKPOINT": "0"]) { $1 }
    let moved = line.replacing("shop", with: "twin")
    _ = try shell(scene, moved, in: twin, environment: plain).succeeded()
    try scene.expectNone(
      Picture.workTree(scene.program).differences(since: Picture.workTree(scene.program, at: twin)))
    try scene.checkpoint("rollback", "--yes", "--branch", "pre-commit")
    try scene.expect(before)
    #expect(try scene.leftovers() == [])
  }

  @Test("other branches and a detached HEAD are left alone, and patterns choose")
  func branches() throws {
    let scene = try scene()
    try scene.repository.git("switch", "-qc", "work/feature")
    try scene.repository.git("commit", "-qm", "on a branch")
    #expect(try ids(scene) == [])
    try scene.repository.git("config", "checkpoint.hooks.branch", "work/*")
    try scene.repository.git("commit", "-qam", "again")
    #expect(try ids(scene).count == 1)
    try scene.repository.git("switch", "-q", "main")
    try scene.repository.git("commit", "-q", "--allow-empty", "-m", "not any more")
    #expect(try ids(scene).count == 1)
    try scene.repository.git("config", "--unset", "checkpoint.hooks.branch")
    try scene.repository.write(".checkpointconfig", "[hooks]\n\tbranch = dev\n\tbranch = ma?n\n")
    try scene.repository.commit("committed settings")
    #expect(try ids(scene).count == 2)
    try scene.repository.git("switch", "-q", "--detach")
    try scene.repository.git("commit", "-q", "--allow-empty", "-m", "nowhere")
    #expect(try ids(scene).count == 2)
  }

  @Test("a first commit, a merge, a rebase with conflicts and a revert go on with the hook")
  func operations() throws {
    let scene = try Scene()
    try scene.checkpoint("hooks", "install")
    try scene.repository.write("a.txt", "one\n")
    try scene.repository.commit("First")
    #expect(try ids(scene).count == 1)
    try scene.repository.git("switch", "-qc", "side")
    try scene.repository.write("a.txt", "side\n")
    try scene.repository.commit("Side")
    try scene.repository.git("switch", "-q", "main")
    try scene.repository.write("a.txt", "main\n")
    try scene.repository.commit("Main")
    #expect(try ids(scene).count == 2)
    try scene.repository.git("merge", "side", accepting: [1])
    try scene.repository.write("a.txt", "both\n")
    try scene.repository.git("add", "a.txt")
    try scene.repository.git("commit", "-qm", "Merge")
    #expect(try scene.checkpoint("show").printed.contains("merge"))
    #expect(try ids(scene).count == 3)
    try scene.repository.git("switch", "-q", "side")
    try scene.repository.write("a.txt", "more\n")
    try scene.repository.commit("More")
    try scene.repository.git("switch", "-q", "main")
    try scene.repository.git("rebase", "side", accepting: [1])
    try scene.repository.write("a.txt", "rebased\n")
    try scene.repository.git("add", "a.txt")
    _ = try shell(scene, "GIT_EDITOR=true git rebase --continue").succeeded()
    #expect(try scene.repository.git("status", "--porcelain").text == "")
    #expect(try scene.repository.git("symbolic-ref", "HEAD").text == "refs/heads/main\n")
    try scene.repository.git("switch", "-q", "main")
    try scene.repository.git("revert", "--no-edit", "HEAD")
    #expect(try scene.leftovers() == [])
  }

  @Test("linked working trees and submodules have the same hooks, and take their own state")
  func worktrees() throws {
    let scene = try scene()
    let other = scene.directory.path.appending("other tree")
    try scene.repository.git("worktree", "add", "-q", "-b", "master", other)
    try TemporaryDirectory.write(other.appending("a.txt"), Array("elsewhere\n".utf8))
    let result = try shell(scene, "git commit -qam there", in: other).succeeded()
    #expect(result.errorText.contains("checkpoint: pre-commit_"), "\(result)")
    let shown = try scene.program.run(["show", "--json"], in: other).json()
    #expect(shown["git"]?["branch"]?.string == "master" && shown["git"]?["unstaged"]?.number == 1)
    try scene.repository.write(".checkpointconfig", "")
    try scene.repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", other, "part")
    let part = scene.repository.top.appending("part")
    try scene.program.git(["config", "user.name", "D"], in: part)
    try scene.program.git(["config", "user.email", "d@example.org"], in: part)
    _ = try scene.program.run(["hooks", "install"], in: part).succeeded()
    try TemporaryDirectory.write(part.appending("a.txt"), Array("in the part\n".utf8))
    let inside = try shell(scene, "git commit -qam inside", in: part).succeeded()
    #expect(inside.errorText.contains("checkpoint: pre-commit_"), "\(inside)")
    #expect(FileTree.exists(scene.repository.top.appending(".git/modules/part/checkpoints/manifests")))
  }

  @Test("an unchanged state makes no new checkpoint")
  func unchanged() throws {
    let scene = try scene()
    let id = try scene.take("full")
    try TemporaryDirectory.write(
      scene.repository.top.appending(".git/hooks/commit-msg"), Array("#!/bin/sh\nexit 1\n".utf8),
      permissions: 0o755)
    let refused = try shell(scene, "git commit -qm x")
    #expect(refused.code == 1 && refused.errorText.contains("unchanged since \(id)"), "\(refused)")
    #expect(try ids(scene) == [id])
    #expect(try scene.leftovers() == [])
    try scene.repository.write("a.txt", "other\n")
    _ = try shell(scene, "git commit -qm x")
    #expect(try ids(scene).count == 2)
  }

  @Test(
    "with failure = block everything that fails stops the commit",
    arguments: ["syntax", "setting", "store"])
  func closed(kind: String) throws {
    let scene = try scene()
    try scene.repository.git("config", "checkpoint.hooks.failure", "block")
    switch kind {
    case "syntax": try scene.repository.write(".checkpointconfig", "[hooks\n")
    case "setting": try scene.repository.git("config", "checkpoint.hooks.timeout", "soon")
    default:
      try scene.repository.write("file", "")
      try scene.repository.git("config", "checkpoint.store", "file/below")
    }
    let result = try shell(scene, "git commit -qm x")
    #expect(result.code == 1 && result.errorText.contains("CHECKPOINT=0 git commit"), "\(result)")
    try scene.repository.git("config", "checkpoint.hooks.failure", "warn")
    let warned = try shell(scene, "git commit -qm x").succeeded()
    #expect(warned.errorText.contains("none before this commit"), "\(warned)")
  }

  @Test("an .env that is a pipe holds nothing up")
  func pipe() throws {
    let scene = try scene()
    // Some programs keep secrets in a pipe. It is not read, so nothing waits.
    _ = try Program.run(["mkfifo", scene.repository.top.appending(".env")]).succeeded()
    #expect(try shell(scene, "git commit -qm x").succeeded().errorText.contains("checkpoint: pre-commit_"))
  }

  @Test("files that are left out are reported")
  func leftOut() throws {
    let scene = try scene()
    try scene.repository.git("config", "checkpoint.untrackedFileLimit", "3")
    #expect(try shell(scene, "git commit -qm x").succeeded().errorText.contains("without 1 file"))
  }

  @Test("settings of others, and a link in the place of HEAD, do not mislead the script")
  func misled() throws {
    let scene = try scene()
    try scene.repository.git("config", "hooks.branch", "elsewhere")
    try scene.repository.write(".checkpointconfig", "[include]\n\tpath = /nowhere\n")
    #expect(try shell(scene, "git commit -qm x").succeeded().errorText.contains("checkpoint: pre-commit_"))
    let head = scene.repository.top.appending(".git/HEAD")
    try FileTree.remove(head)
    try FileTree.makeLink(head, to: "refs/heads/main")
    #expect(try shell(scene, "git commit -qam x").succeeded().errorText.contains("checkpoint: pre-commit_"))
  }

  @Test("nothing is said with quiet, and nothing is done with CHECKPOINT=0 or --no-verify")
  func quiet() throws {
    let scene = try scene()
    #expect(try shell(scene, "CHECKPOINT=0 git commit -qm x").succeeded().printed == "")
    #expect(try shell(scene, "git commit -qam x --no-verify").succeeded().printed == "")
    #expect(try ids(scene) == [])
    try scene.repository.git("config", "checkpoint.hooks.quiet", "true")
    #expect(try shell(scene, "git commit -q --allow-empty -m x").succeeded().printed == "")
    #expect(try ids(scene).count == 1)
  }

  @Test(
    "if the program is gone there is one line, and the commit goes on", arguments: ["dash", "busybox sh"])
  func missing(name: String) throws {
    let scene = try scene()
    let file = scene.repository.top.appending(".git/hooks/pre-commit")
    let script = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    let changed = script.replacing("'\(CheckpointProgram.binary)'", with: "/nowhere/checkpoint")
    #expect(changed != script)
    try TemporaryDirectory.write(
      file, Array(changed.replacing("#!/bin/sh", with: "#!/usr/bin/env -S \(name)").utf8),
      permissions: 0o755)
    let result = try shell(scene, "PATH=/usr/bin:/bin git commit -qm x").succeeded()
    #expect(
      result.errorText.split(separator: "\n").count == 1 && result.errorText.contains("not installed"),
      "\(result)")
  }

  @Test("plain shells run it", arguments: ["dash", "busybox sh"])
  func shells(name: String) throws {
    let scene = try scene()
    let file = scene.repository.top.appending(".git/hooks/pre-commit")
    let script = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    try TemporaryDirectory.write(
      file, Array(script.replacing("#!/bin/sh", with: "#!/usr/bin/env -S \(name)").utf8),
      permissions: 0o755)
    #expect(try shell(scene, "git commit -qm x").succeeded().errorText.contains("checkpoint: pre-commit_"))
    try scene.repository.git("switch", "-qc", "side")
    #expect(try shell(scene, "git commit -qam x").succeeded().printed == "")
  }
}
