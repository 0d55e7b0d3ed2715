// Git LFS without a server: pointers that were never replaced by contents, and contents that are nowhere but in the
// working tree.

import FileSystem
import TestSupport
import Testing

private enum LargeFileStorage {
  static let isInstalled = (try? Program.run(["git", "lfs", "version"]))?.code == 0
}

@Suite("Git LFS without a server", .enabled(if: LargeFileStorage.isInstalled, "git-lfs is not installed"))
struct LargeFilePointerTests {
  private let scene: Scene
  private var repository: SampleRepository { scene.repository }
  private let contents = Array(String(repeating: "contents \u{0}\r\n", count: 2000).utf8)

  init() throws {
    scene = try Scene()
    try repository.git("lfs", "install", "--local")
    try repository.git("lfs", "track", "*.bin")
    try repository.write("a.bin", contents)
    try repository.commit("First")
    // A request for contents that are not here fails.
    try repository.git("config", "lfs.url", "http://127.0.0.1:9/nowhere")
  }

  /// Requires that the file is recorded and comes back, without its contents in LFS's storage.
  private func expectBack() throws {
    try repository.remove(".git/lfs/objects")
    let before = try scene.picture()
    let id = try scene.take("full")
    try repository.remove("a.bin")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    #expect(!repository.exists("a.bin"))
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test("a pointer that was never replaced by contents stays a pointer")
  func pointer() throws {
    try repository.remove("a.bin")
    var skipping = scene.program
    skipping.environment["GIT_LFS_SKIP_SMUDGE"] = "1"
    try skipping.git(["checkout", "-q", "--", "a.bin"])
    try #require(try repository.read("a.bin").hasPrefix("version https://git-lfs"))
    try expectBack()
  }

  @Test("contents that are gone from the storage are recorded from the working tree")
  func contentsAlone() throws {
    try expectBack()
    #expect(try FileTree.readAll(repository.top.appending("a.bin")) == contents)
  }
}
