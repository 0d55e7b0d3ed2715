// Sparse checkouts that are not what they were: narrowed, widened or switched off between a checkpoint and the way
// back to it.

import FileSystem
import Git
import TestSupport
import Testing

@Suite("Sparse checkouts")
struct SparseTests {
  private let repository: Repository
  private let trip: RoundTrip

  init() throws {
    repository = try Repository()
    trip = RoundTrip(repository)
    for name in ["a", "dir/b", "other/c", "other/deep/d", "third/e"] as [BytePath] {
      try repository.write(name, "first \(name)\n")
    }
    try repository.commit()
  }

  @Test("a file that git should not have there, but has, is recorded with its contents")
  func filesOutside() throws {
    try repository.git("sparse-checkout", "set", "--cone", "dir")
    try repository.write("other/c", "changed outside\n")
    try repository.write("third/new", "untracked outside\n")
    try trip.expectUnchanged {
      try repository.write("other/c", "changed again\n")
      try repository.remove("third")
    }
    #expect(try repository.read("other/c") == "changed outside\n")
  }

  @Test("files come back that a narrower checkout has taken away")
  func narrowed() throws {
    try repository.write("dir/b", "changed\n")
    try trip.expectUnchanged { try repository.git("sparse-checkout", "set", "--cone", "dir") }
  }

  @Test("files that a wider checkout has brought go again")
  func widened() throws {
    try repository.git("sparse-checkout", "set", "--cone", "dir")
    try repository.write("dir/b", "changed\n")
    try trip.expectUnchanged { try repository.git("sparse-checkout", "disable") }
  }

  @Test(
    "a file that is gone although a flag makes git not look at it",
    arguments: ["--assume-unchanged", "--skip-worktree"])
  func hiddenDeletion(flag: BytePath) throws {
    try repository.git("update-index", flag, "a")
    try repository.remove("a")
    #expect(try repository.git("status", "--porcelain") == "")
    try trip.expectUnchanged { try repository.write("a", "back again\n") }
    #expect(!FileTree.exists(repository.path("a")))
  }

  @Test(
    "a file comes back that was deleted while it had such a flag",
    arguments: ["--assume-unchanged", "--skip-worktree"])
  func laterHiddenDeletion(flag: BytePath) throws {
    try trip.expectUnchanged {
      try repository.git("update-index", flag, "a")
      try repository.remove("a")
    }
  }
}
