// Clones that do not hold everything: shallow ones, partial ones, and those that borrow objects from another
// repository. What is missing is fetched by git when it is needed, and never taken for a loss.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Clones")
struct CloneTests {
  private let origin: Repository
  private let directory: TemporaryDirectory

  init() throws {
    origin = try Repository()
    directory = try TemporaryDirectory()
    for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] as [BytePath] {
      try origin.git("config", key, "true")
    }
    for text in ["first", "second", "third"] {
      for name in ["a", "dir/b", "other/c"] as [BytePath] { try origin.write(name, "\(text) \(name)\n") }
      try origin.commit()
    }
  }

  private func clone(_ options: BytePath...) throws -> Repository {
    let place = directory.appending("clone")
    try origin.git(["clone", "--quiet"] + options + [BytePath("file://\(origin.worktree)"), place])
    try Repository.configure(place)
    return Repository(adopting: place, in: directory)
  }

  /// Drops every object that the origin can give again, as a repack with a filter does.
  private func dropFetchedObjects(of clone: Repository) throws {
    let packs = try clone.location().commonDirectory.appending("objects/pack")
    let names = try FileTree.list(packs).map(\.description)
    for name in names where name.hasSuffix(".promisor") {
      let stem = name.dropLast(9)
      let objects = try clone.git(
        "verify-pack", "--verbose", packs.appending(BytePath("\(stem).idx")))
      // The first pack holds commits and trees, and stays.
      if objects.contains(" commit ") { continue }
      for suffix in ["idx", "pack", "promisor", "rev"] {
        try FileTree.remove(packs.appending(BytePath("\(stem).\(suffix)")))
      }
    }
  }

  private func isHere(_ id: ObjectID, _ clone: Repository) throws -> Bool { try clone.database().exists(id) }

  // MARK: Shallow

  @Test("a shallow clone: its only commit, with work in progress")
  func shallow() throws {
    let clone = try clone("--depth=1")
    try clone.write("a", "changed\n")
    try clone.write("dir/b", "staged\n")
    try clone.git("add", "dir/b")
    try clone.write("new", "untracked\n")
    let captured = try RoundTrip(clone).expectUnchanged(moveBranch: true) {
      try clone.commit("on top of a commit without a known parent")
    }
    try RoundTrip(clone).keep("one", captured.state)
    #expect(try clone.git("rev-parse", "--is-shallow-repository") == "true")
    #expect(try clone.git("fsck", "--full", "--no-dangling") == "")
  }

  @Test("a shallow clone that was deepened since")
  func deepened() throws {
    let clone = try clone("--depth=1")
    try clone.write("a", "changed\n")
    try RoundTrip(clone).expectUnchanged(moveBranch: true) {
      try clone.git("fetch", "--quiet", "--unshallow")
      try clone.git("reset", "--quiet", "--hard", "HEAD~2")
    }
  }

  // MARK: Partial

  @Test("a partial clone fetches a clean file's contents again when it is restored")
  func missingCleanBlob() throws {
    let clone = try clone("--filter=blob:none")
    try clone.write("dir/b", "changed\n")
    let blob = try clone.id("HEAD:a")
    try #require(try isHere(blob, clone))
    try RoundTrip(clone).expectUnchanged {
      try clone.write("a", "another\n")
      try dropFetchedObjects(of: clone)
      #expect(try !isHere(blob, clone))
    }
    #expect(try isHere(blob, clone))
  }

  @Test("a partial clone fetches contents again that were recorded as they were on disk")
  func missingRawBlob() throws {
    let clone = try clone("--filter=blob:none")
    // The same bytes as in an old commit, whose object came from the origin.
    let blob = try clone.id("HEAD~2:a")
    try clone.write("a", "\(try clone.git("cat-file", "blob", BytePath("\(blob)")))\n")
    try #require(try isHere(blob, clone))
    try RoundTrip(clone).expectUnchanged {
      try clone.write("a", "another\n")
      try dropFetchedObjects(of: clone)
      #expect(try !isHere(blob, clone))
    }
  }

  @Test("a partial clone that is sparse, too, is recorded without fetching what it leaves out")
  func sparse() throws {
    let clone = try clone("--filter=blob:none", "--sparse")
    try clone.git("sparse-checkout", "set", "dir")
    try clone.write("dir/b", "changed\n")
    let left = try origin.id("HEAD:other/c")
    try RoundTrip(clone).expectUnchanged {
      try clone.git("reset", "--quiet", "--hard")
      try clone.write("dir/new", "untracked\n")
    }
    #expect(try !isHere(left, clone))
    #expect(!FileTree.exists(clone.path("other/c")))
  }

  // MARK: Borrowed objects

  @Test("a clone that borrows its objects writes its own, and reads the others where they are")
  func alternates() throws {
    let place = directory.appending("clone")
    try origin.git("clone", "--quiet", "--shared", origin.worktree, place)
    try Repository.configure(place)
    let clone = Repository(adopting: place, in: directory)
    let before = try origin.git("count-objects")
    try clone.write("a", "changed\n")
    for number in 0..<120 { try clone.write(BytePath("many/\(number)"), "\(number)\n") }
    try RoundTrip(clone).expectUnchanged(moveBranch: true) {
      try clone.remove("many")
      try clone.git("reset", "--quiet", "--hard", "HEAD~1")
    }
    #expect(try origin.git("count-objects") == before)
  }
}
