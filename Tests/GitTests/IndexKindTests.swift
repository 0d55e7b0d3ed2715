// Index files of every kind that git writes and libgit2 cannot read, or would write otherwise: they are left to git,
// and they keep their kind.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Kinds of indexes")
struct IndexKindTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    for name in ["a", "dir/b", "other/c", "other/deep/d"] as [BytePath] {
      try repository.write(name, "first \(name)\n")
    }
    try repository.commit()
  }

  private func index() throws -> [UInt8] {
    try FileTree.readAll(repository.location().gitDirectory.appending("index"))
  }

  /// Staged, changed and untracked files come back.
  private func expectRoundTrip(_ location: SourceLocation = #_sourceLocation) throws {
    try repository.write("a", "staged\n")
    try repository.git("add", "a")
    try repository.write("a", "staged, then changed\n")
    try repository.write("dir/b", "changed\n")
    try repository.write("dir/new", "untracked\n")
    try trip.expectUnchanged(sourceLocation: location) {
      try repository.git("reset", "--quiet", "--hard")
      try repository.remove("dir/new")
      try repository.write("dir/b", "changed again\n")
      try repository.git("add", "dir/b")
    }
  }

  @Test("an index without a checksum, as index.skipHash makes it")
  func skipHash() throws {
    try repository.git("config", "index.skipHash", "true")
    try repository.write("dir/b", "staged\n")
    try repository.git("add", "dir/b")
    // Git knows the setting since 2.40, and reads such an index since ever.
    var bytes = try index()
    bytes.replaceSubrange((bytes.count - 20)..., with: [UInt8](repeating: 0, count: 20))
    let path = try repository.location().gitDirectory.appending("index")
    try SystemFileOperations().replaceFile(path, with: bytes, mode: 0o644)
    let captured = try trip.capture()
    #expect(captured.stagedCount == 1)
    #expect(try index() == bytes)
    try expectRoundTrip()
  }

  @Test("a split index stays split")
  func split() throws {
    try repository.git("config", "core.splitIndex", "true")
    try repository.git("update-index", "--split-index")
    try repository.write("dir/b", "in the part that is split off\n")
    try repository.git("add", "dir/b")
    func sharedIndex() throws -> String { try repository.git("rev-parse", "--shared-index-path") }
    try #require(try sharedIndex() != "")
    try expectRoundTrip()
    #expect(try sharedIndex() != "")
  }

  private func makeSparse() throws {
    try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "dir")
    try #require(try repository.git("ls-files", "--sparse").hasSuffix("other/"))
  }

  @Test("a sparse index, and the working tree stays sparse")
  func sparse() throws {
    try makeSparse()
    try expectRoundTrip()
    #expect(!FileTree.exists(repository.path("other")))
    #expect(try repository.git("config", "index.sparse") == "true")
    #expect(try repository.git("sparse-checkout", "list") == "dir")
  }

  @Test("a sparse index stays folded up")
  func foldedSparse() throws {
    try makeSparse()
    try expectRoundTrip()
    #expect(try repository.git("ls-files", "--sparse").hasSuffix("other/"))
  }

  @Test("an index of version 4, whose names are compressed")
  func version4() throws {
    try repository.git("config", "index.version", "4")
    try repository.git("update-index", "--index-version", "4")
    try #require(try index()[7] == 4)
    try expectRoundTrip()
    #expect(try index()[7] == 4)
  }

  @Test(
    "a file system monitor that says everything changed, or fails, hides nothing",
    arguments: ["printf 'token\\0/\\0'", "exit 1"])
  func monitor(answer: String) throws {
    let hook = repository.directory.appending("monitor")
    try TemporaryDirectory.write(hook, Array("#!/bin/sh\n\(answer)\n".utf8), permissions: 0o755)
    try repository.git("config", "core.fsmonitor", hook)
    try repository.git("config", "core.untrackedCache", "true")
    try repository.git("update-index", "--fsmonitor")
    try repository.git("status")
    try expectRoundTrip()
  }

  @Test("the untracked cache does not hide a file that appeared after it was written")
  func untrackedCache() throws {
    try repository.git("config", "core.untrackedCache", "true")
    try repository.git("update-index", "--force-untracked-cache")
    try repository.git("status")
    try repository.write("other/deep/new", "untracked\n")
    let captured = try trip.expectUnchanged {
      try repository.remove("other/deep/new")
      try repository.git("status")
    }
    #expect(captured.state.metadata.untracked == ["other/deep/new"])
    try expectRoundTrip()
  }
}
