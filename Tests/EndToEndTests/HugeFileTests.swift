// A file of more than 2 GiB, sparse on disk: it goes into a checkpoint and comes back piece by piece, never whole in
// memory. Sizes are counted in more than 31 bits all the way.

import FileSystem
import Glibc
import TestSupport
import Testing

private enum Disk {
  static var hasRoom: Bool { (try? FileTree.freeBytes(at: "/tmp")).map { $0 > 6 << 30 } ?? false }
}

@Suite("A huge file", .longHunt, .enabled(if: Disk.hasRoom, "there are not 6 GB free in /tmp"))
struct HugeFileTests {
  private static let byteCount = (1 << 31) + 12_345

  /// Nothing but a hole, with something at the beginning, across the middle and at the very end.
  private func makeHuge(_ path: BytePath) throws {
    let file = try OpenFile.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try #require(ftruncate(file.descriptor, Self.byteCount) == 0)
    for (offset, text) in [
      (0, "the beginning"), ((1 << 31) - 5, "across the border"), (Self.byteCount - 7, "the end"),
    ] {
      let bytes = Array(text.utf8)
      try #require(pwrite(file.descriptor, bytes, bytes.count, offset) == bytes.count)
    }
  }

  /// Runs the program with so little memory for its data that the file does not fit ten times over.
  private func run(_ scene: Scene, _ arguments: any BytePathConvertible...) throws -> ProgramResult {
    let limit: [BytePath] = ["sh", "-c", "ulimit -d 200000 && exec \"$@\"", "sh"]
    return try Program.run(
      limit + [scene.program.binary] + arguments,
      environment: ["HOME": scene.program.home.description, "GIT_CONFIG_NOSYSTEM": "1"],
      directory: scene.program.directory, limit: 300)
  }

  @Test("it comes back byte for byte, within 200 MB of memory")
  func comesBack() throws {
    let scene = try Scene.small(in: "/tmp")
    let (top, aside) = (scene.repository.top, scene.directory.path.appending("aside"))
    // Tracked, so that it is no surprise, and changed, so that it is recorded as it is.
    try scene.repository.write("huge.bin", "small once\n")
    try scene.repository.commit("Small")
    try makeHuge(top.appending("huge.bin"))
    let id = try run(scene, "full").succeeded().line
    let size = try scene.repository.git("cat-file", "-s", "refs/checkpoints/\(id)/state:worktree/huge.bin")
    #expect(size.lines == ["\(Self.byteCount)"])
    try SystemFileOperations().rename(top.appending("huge.bin"), to: aside)
    try scene.repository.write("huge.bin", "small again\n")
    try run(scene, "rollback", "--yes", id).succeeded()
    #expect(try FileTree.status(top.appending("huge.bin"))?.byteCount == Self.byteCount)
    try Program.run(["cmp", top.appending("huge.bin"), aside], limit: 300).succeeded()
    #expect(try scene.repository.git("status", "--porcelain").lines == [" M huge.bin"])
  }
}
