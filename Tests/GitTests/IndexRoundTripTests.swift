// The index, brought back by git itself: conflicts, intentions, flags; and the operation they belong to.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("The index brought back")
struct IndexRoundTripTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    for name in ["a", "b", "c"] as [BytePath] { try repository.write(name, "base \(name)\n") }
    try repository.commit("base")
  }

  /// Two branches that do not agree about `a`, `b` and `c`.
  private func makeBranches() throws {
    try repository.git("checkout", "--quiet", "-b", "theirs")
    try repository.write("a", "theirs\n")
    try repository.remove("b")
    try repository.write("c", "theirs\n")
    try repository.write("clean", "from theirs\n")
    try repository.commit("theirs")
    try repository.git("checkout", "--quiet", "main")
    try repository.write("a", "ours\n")
    try repository.write("b", "ours\n")
    try repository.remove("c")
    try repository.commit("ours")
  }

  @Test("a merge with conflicts, half resolved", arguments: ["merge", "cherry-pick", "revert"])
  func conflicts(operation: BytePath) throws {
    try makeBranches()
    if operation == "revert" {
      try repository.git("revert", "--no-edit", "HEAD")
      try repository.write("a", "after\n")
      try repository.commit("after")
      try repository.git("revert", "--no-edit", "HEAD~1", accepting: [0, 1])
    } else {
      try repository.git(operation, "theirs", accepting: [0, 1])
    }
    #expect(try repository.git("ls-files", "--unmerged") != "")
    try repository.write("a", "half resolved\n")
    let captured = try trip.expectUnchanged {
      try repository.git(operation, "--abort")
      try repository.write("late", "x")
      try repository.git("add", "late")
    }
    #expect(captured.conflictCount > 0)
    #expect(captured.state.metadata.operation == operation.description)
    try repository.git("add", "--all")
    try repository.git("-c", "core.editor=true", operation, "--continue")
    #expect(try repository.git("ls-files", "--unmerged") == "")
  }

  @Test("a state without an operation ends the one in progress")
  func endsOperation() throws {
    try makeBranches()
    try trip.expectUnchanged { try repository.git("merge", "theirs", accepting: [1]) }
    #expect(try !FileTree.exists(repository.location().gitDirectory.appending("MERGE_HEAD")))
  }

  @Test("files that are only intended to be added")
  func intentToAdd() throws {
    let names: [BytePath] = ["intended", "odd *name", BytePath([0xE9])]
    for name in names {
      try repository.write(name, "not yet\n")
      try repository.git("add", "--intent-to-add", BytePath(Array(":(literal)".utf8) + name.bytes))
    }
    let captured = try trip.expectUnchanged {
      try repository.git("reset", "--quiet", "--hard")
      for name in names { try repository.remove(name) }
    }
    #expect(Set(captured.state.metadata.intentToAdd.keys) == Set(names))
  }

  @Test(
    "edits hidden by assume-unchanged and skip-worktree",
    arguments: ["--assume-unchanged", "--skip-worktree"])
  func hiddenEdits(flag: BytePath) throws {
    try repository.git("update-index", flag, "a", "b")
    try repository.write("a", "hidden edit\n", permissions: 0o600)
    #expect(try repository.git("status", "--porcelain") == "")
    try trip.expectUnchanged(moveBranch: true) {
      try repository.git("update-index", BytePath("--no-\(BytePath(flag.bytes.dropFirst(2)))"), "a", "b")
      try repository.write("a", "another edit\n")
      try repository.git("commit", "--quiet", "--all", "--message", "x")
    }
    #expect(try repository.read("a") == "hidden edit\n")
  }

  @Test(
    "deletions hidden by assume-unchanged and skip-worktree",
    arguments: ["--assume-unchanged", "--skip-worktree"])
  func hiddenDeletions(flag: BytePath) throws {
    try repository.git("update-index", flag, "a")
    try repository.remove("a")
    try trip.expectUnchanged { try repository.write("a", "back again\n") }
  }

  @Test("entries that are only intended to be added, with modes of their own and without their files")
  func intendedWithoutFiles() throws {
    for name in ["gone", "other mode", "directory now", "link"] as [BytePath] {
      try repository.write(name, "x\n")
    }
    try repository.remove("link")
    try repository.link("link", to: "a")
    try repository.git("add", "-N", ".")
    try repository.remove("gone")
    try FileTree.setPermissions(repository.path("other mode"), 0o755)
    try repository.remove("directory now")
    try repository.write("directory now/file", "x\n")
    try trip.expectUnchanged { try repository.git("reset", "-q", "--hard") }
  }

  @Test("flags that were set later are gone again", arguments: ["--assume-unchanged", "--skip-worktree"])
  func laterFlags(flag: BytePath) throws {
    try trip.expectUnchanged {
      try repository.git("update-index", flag, "a")
      try repository.write("a", "hidden edit\n")
    }
  }

  @Test("a file that is staged, and something else on disk, and something else in HEAD")
  func threeVersions() throws {
    try repository.write("a", "staged\n")
    try repository.write("new", "staged\n")
    try repository.git("add", "a", "new")
    try repository.write("a", "on disk\n")
    try repository.remove("new")
    try repository.git("rm", "--cached", "--quiet", "b")
    try trip.expectUnchanged { try repository.git("reset", "--quiet", "--hard") }
  }

  @Test("after a restore git need not read the files that stayed, and finds every change")
  func refreshed() throws {
    try repository.write("b", "changed\n")
    let state = try trip.capture().state
    try repository.write("c", "x")
    try trip.restore(state)
    #expect(try repository.git("diff-files", "--name-only") == "b")
    try repository.write("a", "BASE a\n")
    #expect(try repository.git("diff-files", "--name-only") == "a\nb")
  }

  @Test("the untracked cache, which libgit2 would drop, stays in the index")
  func untrackedCache() throws {
    try repository.git("update-index", "--force-untracked-cache")
    try repository.git("status")
    func hasCache() throws -> Bool {
      try FileTree.readAll(repository.location().gitDirectory.appending("index")).split(
        separator: UInt8(ascii: "U")
      )
      .contains { $0.starts(with: "NTR".utf8) }
    }
    #expect(try hasCache())
    let state = try trip.capture().state
    try repository.write("a", "x")
    try trip.restore(state)
    #expect(try hasCache())
  }

  @Test("submodule entries keep their commit, and their changes are named")
  func submodules() throws {
    let other = try Repository()
    try other.write("inner", "1\n")
    try other.commit()
    try repository.git(
      "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.worktree, "module")
    try repository.commit("with a module")
    let recorded = try repository.id("HEAD:module")
    try repository.write("module/inner", "dirty\n")
    let captured = try trip.expectUnchanged {
      try repository.write("a", "x")
      try repository.git("rm", "--cached", "--quiet", "module")
    }
    #expect(captured.state.metadata.dirtySubmodules == ["module"])
    #expect(try repository.read("module/inner") == "dirty\n")
    let entry = try repository.database().entry(named: "module", in: captured.state.worktree)
    #expect(entry?.mode == .submodule)
    #expect(entry?.id == recorded)
  }
}
