// Symbolic links: recorded as links, never followed, and never a way out of the working tree.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Links")
struct LinkTests {
  private let repository: Repository
  private let trip: RoundTrip
  private let outside: BytePath

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    outside = repository.directory.appending("outside")
    try TemporaryDirectory.write(outside.appending("file"), Array("not ours".utf8))
    try repository.write("dir/file", "ours\n")
    try repository.write("a", "a\n")
    try repository.commit()
  }

  private func expectOutsideUntouched(_ location: SourceLocation = #_sourceLocation) throws {
    #expect(try FileTree.list(outside) == ["file"], sourceLocation: location)
    let text = String(decoding: try FileTree.readAll(outside.appending("file")), as: UTF8.self)
    #expect(text == "not ours", sourceLocation: location)
  }

  @Test("links of every kind, tracked and untracked", arguments: [true, false])
  func kinds(isTracked: Bool) throws {
    let targets: [(BytePath, BytePath)] = [
      ("to-file", "a"), ("to-directory", "dir"), ("dangling", "nowhere/at/all"), ("absolute", outside),
      ("dir/up", "../a"), ("loop", "loop"), ("odd", BytePath([0xE9, 0x0A])),
    ]
    for (name, target) in targets { try repository.link(name, to: target) }
    if isTracked { try repository.commit() }
    try trip.expectUnchanged {
      for (name, _) in targets {
        try repository.remove(name)
        try repository.link(name, to: "elsewhere")
      }
      try repository.remove("dangling")
    }
    try expectOutsideUntouched()
  }

  @Test("a link where a file was, and back")
  func fileAndLink() throws {
    try trip.expectUnchanged {
      try repository.remove("a")
      try repository.link("a", to: outside.appending("file"))
    }
    try expectOutsideUntouched()
    try repository.remove("a")
    try repository.link("a", to: outside.appending("file"))
    try trip.expectUnchanged {
      try repository.remove("a")
      try repository.write("a", "a file again\n")
    }
    try expectOutsideUntouched()
  }

  @Test("a link where a directory was, and back")
  func directoryAndLink() throws {
    try trip.expectUnchanged {
      try repository.remove("dir")
      try repository.link("dir", to: outside)
    }
    try expectOutsideUntouched()
    try repository.remove("dir")
    try repository.link("dir", to: outside)
    try trip.expectUnchanged {
      try repository.remove("dir")
      try repository.write("dir/file", "a directory again\n")
    }
    try expectOutsideUntouched()
  }

  @Test("a directory that became an ignored link out of the working tree is not written through")
  func ignoredLink() throws {
    let state = try trip.capture().state
    try repository.write(".git/info/exclude", "dir\n")
    try repository.remove("dir")
    try repository.link("dir", to: outside)
    // Refused, or made a directory again: both are right.
    _ = try? trip.restore(state)
    try expectOutsideUntouched()
    if try FileTree.status(repository.path("dir"))?.kind == .directory {
      #expect(try repository.read("dir/file") == "ours\n")
    }
  }

  @Test("an ignored link that leads to an equal file is not taken for what was recorded")
  func ignoredLinkToEqualFile() throws {
    let state = try trip.capture().state
    try TemporaryDirectory.write(outside.appending("file"), Array("ours\n".utf8))
    try repository.write(".git/info/exclude", "dir\n")
    try repository.remove("dir")
    try repository.link("dir", to: outside)
    let isRefused = (try? trip.restore(state)) == nil
    #expect(try isRefused || FileTree.status(repository.path("dir"))?.kind == .directory)
    #expect(try FileTree.readAll(outside.appending("file")) == Array("ours\n".utf8))
  }

  @Test("removing and writing below a link touches nothing behind it")
  func planThroughLink() throws {
    let state = try trip.capture().state
    try repository.link("link", to: outside)
    var plan = try RestorePlan(
      from: state, to: state, keepUntracked: false, isLeftAlone: { _ in false }, in: repository.database())
    plan.removals = ["link/file"]
    let writer = WorktreeWriter(try repository.location(), try repository.database())
    try writer.apply(plan)
    try expectOutsideUntouched()
    let entry = try #require(try repository.database().entry(at: "a", in: state.worktree))
    plan.removals = []
    for path in ["link/file", "link/new", "link/deep/er"] as [BytePath] {
      plan.writes = [.init(path: path, entry: entry, isRaw: true, permissions: 0o644)]
      #expect(throws: Obstruction.self) {
        try WorktreeWriter(repository.location(), repository.database()).apply(plan)
      }
      try expectOutsideUntouched()
    }
  }
}
