// Git LFS, with the real git-lfs: the index holds pointers, the working tree holds contents, and both come back.

import FileSystem
import TestSupport
import Testing

private enum LargeFileStorage {
  static let isInstalled = (try? Program.run(["git", "lfs", "version"]))?.code == 0
}

@Suite("Git LFS", .enabled(if: LargeFileStorage.isInstalled, "git-lfs is not installed"))
struct LargeFileStorageTests {
  private let scene: Scene
  private var repository: SampleRepository { scene.repository }

  init() throws {
    scene = try Scene()
    try repository.git("lfs", "install", "--local")
    try repository.git("lfs", "track", "*.bin")
    try repository.write("notes.txt", "not in LFS\n")
    for name in ["clean.bin", "changed.bin", "staged.bin", "both.bin", "gone.bin", "dir/deep.bin"] {
      try repository.write(name, contents("first \(name)"))
    }
    try repository.commit("First")
    try #require(try pointer("HEAD:clean.bin"))
  }

  private func contents(_ text: String) -> [UInt8] {
    Array(String(repeating: "\(text) \u{0}\r\n", count: 3000).utf8)
  }

  private func pointer(_ revision: String) throws -> Bool {
    try repository.git("cat-file", "blob", revision).text.hasPrefix("version https://git-lfs")
  }

  /// Work in progress on files of every kind.
  private func work() throws {
    try repository.write("changed.bin", contents("changed"))
    try repository.write("staged.bin", contents("staged"))
    try repository.git("add", "staged.bin")
    try repository.write("both.bin", contents("staged first"))
    try repository.git("add", "both.bin")
    try repository.write("both.bin", contents("then changed"), mode: 0o755)
    try repository.remove("gone.bin")
    try repository.write("new.bin", contents("untracked"))
    try repository.write("added.bin", contents("added"))
    try repository.git("add", "added.bin")
    try repository.write("notes.txt", "changed\n")
  }

  @Test(
    "clean, changed, staged, deleted and untracked files come back, as contents here and as pointers there")
  func workInProgress() throws {
    try work()
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.expect(before)
    try repository.git("reset", "-q", "--hard")
    for name in ["clean.bin", "new.bin", "dir/deep.bin"] { try repository.remove(name) }
    try repository.write("later.bin", contents("later"))
    let broken = try scene.picture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    #expect(try pointer(":staged.bin") && pointer(":both.bin") && pointer(":added.bin"))
    #expect(try repository.read("clean.bin") == String(decoding: contents("first clean.bin"), as: UTF8.self))
    try scene.checkpoint("undo", "--yes")
    try scene.expect(broken)
    try scene.checkpoint("verify", "--all")
  }

  @Test("the way back goes across commits with other versions of the same files")
  func acrossVersions() throws {
    try work()
    let first = try scene.picture()
    let id = try scene.take("custom", "first")
    try repository.commit("Second")
    for name in ["clean.bin", "dir/deep.bin"] { try repository.write(name, contents("third \(name)")) }
    try repository.commit("Third")
    try repository.git("rm", "-q", "changed.bin")
    try repository.write("both.bin", contents("after the third"))
    let later = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "--branch", id)
    try scene.expect(first)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(later)
  }

  @Test("clean files cost a checkpoint nothing: their contents do not become git objects")
  func noCopies() throws {
    try repository.write("notes.txt", "changed\n")
    try scene.checkpoint("full")
    let raw = try Program.run(
      ["git", "hash-object", "--no-filters", "clean.bin"], directory: repository.top
    ).succeeded().lines[0]
    #expect(try repository.git("cat-file", "-e", raw, accepting: [0, 1]).code == 1)
  }

  @Test("if contents are gone from LFS, a rollback says so, and everything stays as it was")
  func contentsGone() throws {
    let id = try scene.take("full")
    try repository.write("clean.bin", contents("second"))
    try repository.commit("Second")
    try repository.write("notes.txt", "changed\n")
    try repository.remove(".git/lfs/objects")
    let before = try scene.picture()
    let result = try scene.run("rollback", "--yes", id)
    #expect(result.code == 1 && result.errorText.hasPrefix("error: "), "\(result)")
    #expect(result.errorText.contains("clean.bin"), "\(result)")
    try scene.expect(before)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
  }

  @Test("contents that were staged, and never committed, survive git lfs prune")
  func pruned() throws {
    let remote = scene.directory.path.appending("remote.git")
    try repository.git("init", "-q", "--bare", remote)
    try repository.git("remote", "add", "origin", BytePath("file://\(remote)"))
    try repository.git("push", "-q", "origin", "main")
    try work()
    let before = try scene.picture()
    let id = try scene.take("full")
    try repository.git("reset", "-q", "--hard")
    try repository.git("lfs", "prune")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test("pointers that were never replaced by contents stay pointers")
  func skippedSmudge() throws {
    scene.program.environment["GIT_LFS_SKIP_SMUDGE"] = "1"
    for name in ["clean.bin", "changed.bin"] { try repository.remove(name) }
    try scene.program.git(["checkout", "-q", "--", "clean.bin", "changed.bin"])
    try #require(try repository.read("clean.bin").hasPrefix("version https://git-lfs"))
    try repository.write("changed.bin", contents("changed"))
    let before = try scene.picture()
    let id = try scene.take("full")
    try repository.remove("clean.bin")
    try repository.remove("changed.bin")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test("a file that LFS took over later, and one that it gave back, come back as they were")
  func attributesChanged() throws {
    try repository.write("notes.txt", contents("not yet in LFS"))
    let before = try scene.picture()
    let id = try scene.take("full")
    try repository.write(".gitattributes", "*.txt filter=lfs diff=lfs merge=lfs -text\n")
    try repository.git("add", "--renormalize", ".")
    try repository.commit("The other way round")
    try #require(try pointer("HEAD:notes.txt") && !pointer("HEAD:clean.bin"))
    let later = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "--branch", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(later)
  }
}
