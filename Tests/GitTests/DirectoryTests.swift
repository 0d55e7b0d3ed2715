// Directories: exact modes, empty ones, and what in them is neither file nor link.

import FileSystem
import Git
import Glibc
import TestSupport
import Testing

@Suite("Directories")
struct DirectoryTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    for name in ["a/1.txt", "a/b/2.txt", "a-b/3.txt", "c/d/e/4.txt"] {
      try repository.write(BytePath(name), "x\n")
    }
    try repository.write(".gitignore", "ignored/\n*.sock\n")
    try repository.commit()
  }

  private func make(_ path: BytePath, _ permissions: UInt32 = 0o755) throws {
    try FileTree.makeDirectories(repository.path(path), mode: 0o755)
    try FileTree.setPermissions(repository.path(path), permissions)
  }

  @Test("exact modes come back, of directories that stay and of those that are made again")
  func modes() throws {
    for (path, mode) in [("a", 0o700), ("a/b", 0o2775), ("c/d/e", 0o777), ("new/deep", 0o711)]
      as [(BytePath, UInt32)]
    {
      try make(path, mode)
    }
    try repository.write("new/deep/file", "untracked\n")
    try trip.expectUnchanged {
      for path in ["a", "c/d/e"] as [BytePath] { try FileTree.setPermissions(repository.path(path), 0o755) }
      try repository.remove("a/b")
      try repository.remove("new")
      try make("later", 0o700)
    }
  }

  @Test("what most directories have comes back, too, when all have been changed")
  func commonMode() throws {
    let all: [BytePath] = ["a", "a/b", "a-b", "c", "c/d", "c/d/e"]
    try trip.expectUnchanged {
      for path in all { try FileTree.setPermissions(repository.path(path), 0o750) }
    }
  }

  @Test("empty directories come back, tracked ones' remains, untracked ones and those within them")
  func empty() throws {
    try make("empty")
    try make("nested/inner/most", 0o700)
    try make("a/empty")
    try repository.remove("a/b/2.txt")
    try repository.write("untracked/file", "x\n")
    try make("untracked/empty")
    try trip.expectUnchanged {
      for path in ["empty", "nested", "a", "untracked"] as [BytePath] { try repository.remove(path) }
      try repository.write("empty", "a file where a directory was\n")
      try make("later/empty/one")
    }
  }

  @Test("a directory that came later and is not empty, because git ignores what is in it, stays")
  func ignoredContents() throws {
    let state = try trip.capture().state
    try repository.write("later/some.sock", "ignored\n")
    try make("ignored/empty")
    try trip.restore(state)
    #expect(FileTree.exists(repository.path("later/some.sock")))
    #expect(FileTree.exists(repository.path("ignored/empty")))
  }

  @Test("a directory that an earlier attempt has emptied, and left, goes with the next")
  func emptiedBefore() throws {
    let wanted = try trip.observe()
    let state = try trip.capture().state
    try repository.write("later/deep/file", "later\n")
    let plan = try trip.plan(to: state).plan
    try repository.remove("later/deep/file")
    try WorktreeWriter(repository.location(), repository.database()).apply(plan)
    #expect(try trip.observe() == wanted)
  }

  @Test("a link where a directory was is not followed to set modes behind it")
  func links() throws {
    try make("a/b", 0o711)
    let state = try trip.capture().state
    let outside = repository.directory.appending("outside")
    try FileTree.makeDirectories(outside.appending("b"), mode: 0o755)
    try repository.remove("a")
    try repository.link("a", to: outside)
    let found = try trip.capture().state.metadata.directories
    #expect(found["a"] == found.common && found["a/b"] == found.common)
    try trip.restore(state)
    #expect(try FileTree.status(outside.appending("b"))?.permissions == 0o755)
    #expect(try FileTree.status(repository.path("a/b"))?.permissions == 0o711)
  }

  @Test("sockets and pipes are named and left alone, unless git ignores them")
  func special() throws {
    for path in ["a/pipe", "untracked/pipe", "a/other.sock"] as [BytePath] {
      if let parent = path.parent { try make(parent) }
      #expect(repository.path(path).withCString { mkfifo($0, 0o600) } == 0)
    }
    let captured = try trip.capture()
    #expect(captured.special == ["a/pipe", "untracked/pipe"])
    try repository.write("a/1.txt", "changed\n")
    try trip.restore(captured.state)
    for path in captured.special { #expect(try FileTree.status(repository.path(path))?.kind == .other) }
  }

  @Test("a pipe in the place of a recorded file stops the restore before anything is touched")
  func pipeInTheWay() throws {
    let state = try trip.capture().state
    try repository.remove("a/1.txt")
    #expect(repository.path("a/1.txt").withCString { mkfifo($0, 0o600) } == 0)
    try repository.write("a-b/3.txt", "changed\n")
    #expect(throws: Obstruction.self) { try trip.restore(state) }
    #expect(try repository.read("a-b/3.txt") == "changed\n")
  }
}
