// Files of every kind, recorded and brought back: contents, exact modes, names, links, and what stands where
// something else stood.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Files brought back")
struct FileRoundTripTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    for name in ["a", "b", "c", "dir/one", "dir/two", "dir/sub/three"] as [BytePath] {
      try repository.write(name, "first \(name)\n")
    }
    try repository.commit("first")
  }

  @Test("staged, changed, deleted and untracked files come back as they were")
  func ordinary() throws {
    try repository.write("a", "staged\n")
    try repository.git("add", "a")
    try repository.write("a", "staged, then changed\n")
    try repository.write("b", "changed\n")
    try repository.remove("dir/one")
    try repository.git("rm", "--quiet", "dir/two")
    try repository.write("new/file", "untracked\n")
    try repository.write("empty", "")
    try repository.write("binary", bytes: Array(0...255))
    try trip.expectUnchanged(moveBranch: true) {
      try repository.write("later", "appeared later")
      try repository.write("new/other", "appeared later")
      try repository.write("b", "changed again\n")
      try repository.remove("new/file")
      try repository.commit("all of it")
      try repository.write("c", "and a change")
    }
  }

  @Test("a clean working copy comes back from a dirty one, and the other way round")
  func cleanAndDirty() throws {
    try trip.expectUnchanged {
      try repository.remove("dir")
      try repository.write("a", "dirty")
      try repository.write("x", "new")
      try repository.git("add", "x")
    }
    try repository.remove("dir")
    try repository.write("a", "dirty")
    try trip.expectUnchanged { try repository.git("reset", "--quiet", "--hard") }
  }

  @Test("restoring writes only what differs, and restoring again writes nothing")
  func minimal() throws {
    try repository.write("b", "changed\n")
    let state = try trip.capture().state
    try repository.write("a", "x")
    #expect(try trip.restore(state) == ["a"])
    #expect(try trip.restore(state) == [])
  }

  @Test("exact modes of files that are recorded as they are")
  func modes() throws {
    for mode in [0o600, 0o444, 0o755, 0o640, 0o664, 0o700, 0o500, 0o4755] as [UInt32] {
      let name = BytePath("mode-\(String(mode, radix: 8))")
      try repository.write(name, "untracked\n", permissions: mode)
    }
    try repository.write("a", "changed\n", permissions: 0o600)
    try repository.write("b", "changed\n", permissions: 0o444)
    try repository.write("c", "first c\n", permissions: 0o755)
    try trip.expectUnchanged {
      for name in try FileTree.list(repository.worktree) where name != ".git" {
        try repository.remove(name)
        try repository.write(name, "other")
      }
    }
  }

  @Test(
    "the exact mode of a tracked file without changes survives its replacement",
    arguments: [0o600, 0o444] as [UInt32])
  func modeOfCleanFile(mode: UInt32) throws {
    try FileTree.setPermissions(repository.path("a"), mode)
    let state = try trip.capture().state
    try repository.remove("a")
    try repository.write("a", "other\n", permissions: 0o644)
    try trip.restore(state)
    #expect(try FileTree.status(repository.path("a"))?.permissions == mode)
    #expect(try repository.read("a") == "first a\n")
  }

  @Test("a file that was made executable, or is not any more", arguments: [true, false])
  func executable(isStaged: Bool) throws {
    try repository.write("run", "#!/bin/sh\n", permissions: 0o755)
    try repository.commit()
    try FileTree.setPermissions(repository.path("a"), 0o755)
    try FileTree.setPermissions(repository.path("run"), 0o644)
    if isStaged { try repository.git("add", "a", "run") }
    try trip.expectUnchanged { try repository.git("reset", "--quiet", "--hard") }
  }

  @Test("names of any bytes")
  func names() throws {
    let names: [BytePath] = [
      "a b", "tab\there", "new\nline", "\"quoted\"", "back\\slash", "-dash", ":(glob)*", "*", "[x]", "ü/☃",
      "#x", "!x",
      " lead", "trail ", BytePath([0xE9]), BytePath(Array("dir/".utf8) + [0xFF, 0xFE]), "a~1", "con.txt",
      "{x}", "100%",
    ]
    for name in names { try repository.write(name, "untracked \(name)\n") }
    let captured = try trip.expectUnchanged {
      for name in names { try repository.remove(name) }
    }
    #expect(Set(captured.state.metadata.untracked) == Set(names))
    try repository.commit("odd names, tracked")
    for name in names { try repository.write(name, "changed \(name)\n") }
    try trip.expectUnchanged(moveBranch: true) {
      try repository.git("reset", "--quiet", "--hard", "HEAD~1")
    }
    try trip.expectUnchanged { try repository.git("reset", "--quiet", "--hard") }
  }

  @Test("a file where a directory was, and a directory where a file was")
  func kindsSwapped() throws {
    func swap() throws {
      try repository.remove("dir")
      try repository.write("dir", "a file now\n")
      try repository.remove("a")
      try repository.write("a/deep/er", "a directory now\n")
    }
    try swap()
    try trip.expectUnchanged {
      try repository.git("clean", "-fdq")
      try repository.git("reset", "--quiet", "--hard")
    }
    try repository.git("clean", "-fdq")
    try repository.git("reset", "--quiet", "--hard")
    try trip.expectUnchanged { try swap() }
    try trip.expectUnchanged(moveBranch: true) {
      try swap()
      try repository.commit("swapped")
    }
  }

  @Test("files that appeared later are removed with the directories they leave empty, or kept on request")
  func later() throws {
    let state = try trip.capture().state
    try repository.write("late/er/file", "x")
    try repository.write("tracked-later", "x")
    try repository.git("add", "tracked-later")
    try trip.restore(state, keepUntracked: true)
    #expect(FileTree.exists(repository.path("late/er/file")))
    try trip.restore(state)
    #expect(!FileTree.exists(repository.path("late")))
    #expect(!FileTree.exists(repository.path("tracked-later")))
    #expect(try repository.git("status", "--porcelain") == "")
  }

  @Test("paths that are to be left alone are neither written nor removed")
  func leftAlone() throws {
    let state = try trip.capture().state
    try repository.write("a", "mine")
    try repository.write("late", "mine")
    try repository.write("b", "not mine")
    try trip.restore(state) { $0 == "a" || $0 == "late" }
    #expect(try repository.read("a") == "mine")
    #expect(try repository.read("late") == "mine")
    #expect(try repository.read("b") == "first b\n")
  }

  @Test("what the policy excludes or sets aside is not recorded and not touched")
  func policy() throws {
    try repository.write("secret", "s3cret", permissions: 0o600)
    try repository.write("huge", "excluded")
    let captured = try trip.capture(
      policy: CapturePolicy(
        isExcluded: { $0 == "huge" }, isSetAside: { _, status in status.permissions & 0o077 == 0 }))
    #expect(captured.setAside == ["secret"])
    #expect(captured.state.metadata.skipped == ["huge"])
    let database = try repository.database()
    #expect(try database.entry(named: "secret", in: captured.state.worktree) == nil)
    #expect(try database.entry(named: "huge", in: captured.state.worktree) == nil)
    for text in ["s3cret", "excluded"] {
      let id = try repository.git(["hash-object", "--stdin"], input: Array(text.utf8))
      #expect(throws: SubprocessError.self) { try repository.git("cat-file", "-e", BytePath(id)) }
    }
    try trip.restore(captured.state)
    #expect(try repository.read("huge") == "excluded")
  }

  @Test("a repository inside the working tree is named and left alone")
  func nestedRepository() throws {
    try repository.git("init", "--quiet", "nested")
    try repository.write("nested/file", "its own")
    let captured = try trip.capture()
    #expect(captured.state.metadata.nestedRepositories == ["nested/"])
    try repository.write("a", "x")
    try trip.restore(captured.state)
    #expect(try repository.read("nested/file") == "its own")
    #expect(FileTree.exists(repository.path("nested/.git/HEAD")))
  }

  @Test("files that cannot be read are reported, and the others recorded")
  func unreadable() throws {
    try repository.write("locked", "x", permissions: 0)
    try repository.write("open", "y")
    // Root reads everything; then there is nothing to report.
    let isRoot = (try? OpenFile.open(repository.path("locked"), flags: 0)) != nil
    let captured = try trip.capture()
    #expect(captured.problems.map(\.path) == (isRoot ? [] : ["locked"]))
    #expect(captured.state.metadata.raw.map(\.path).contains("open"))
  }

  @Test("a restore that failed halfway is finished by running it again")
  func repeated() throws {
    try repository.write("b", "changed\n")
    try repository.write("new/er", "untracked\n")
    let before = try trip.observe()
    let state = try trip.capture().state
    try repository.git("reset", "--quiet", "--hard")
    try repository.git("clean", "-fdq")
    try repository.write("a", "other")
    let files = FaultyFileOperations(failing: .rename, after: 1)
    #expect(throws: SystemError.self) { try trip.restore(state, files: files) }
    try trip.restore(state)
    #expect(try trip.observe() == before)
  }
}
