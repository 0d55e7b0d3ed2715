// A file system of a few megabytes, mounted for as long as a test needs it: a disk that can be full, or read-only.
// Only root may mount, and not in every container; `whyNot` is for tests that are skipped then.

import FileSystem
import Glibc

package struct SmallFileSystem: Sendable {
  package let directory: BytePath

  package static let whyNot = "only root may mount a file system, and not everywhere"

  /// Found out by trying.
  package static let isPossible: Bool = {
    guard geteuid() == 0, let directory = try? TemporaryDirectory() else { return false }
    return (try? with(at: directory.path, byteCount: 1 << 20) { _ in true }) ?? false
  }()

  /// Mounts an empty file system over a directory while `body` runs.
  package static func with<Result>(
    at directory: BytePath, byteCount: Int, _ body: (SmallFileSystem) throws -> Result
  ) throws -> Result {
    try mount("-t", "tmpfs", "-o", BytePath("size=\(byteCount),mode=755"), "none", directory)
    defer { unmount(directory) }
    return try body(SmallFileSystem(directory: directory))
  }

  /// Makes a directory that has files already read-only while `body` runs.
  package static func withReadOnly<Result>(_ directory: BytePath, _ body: () throws -> Result) throws
    -> Result
  {
    try mount("--bind", directory, directory)
    defer { unmount(directory) }
    try mount("-o", "remount,bind,ro", directory)
    return try body()
  }

  private static func mount(_ arguments: BytePath...) throws {
    try Program.run(["mount"] + arguments).succeeded()
  }

  /// Lazily, so that it is gone even while a process still has its current directory in it.
  private static func unmount(_ directory: BytePath) {
    _ = try? Program.run(["umount", "--lazy", directory])
  }

  // MARK: Filling it up

  private var filler: BytePath { directory.appending(".git/filler") }

  /// Takes all room but `byteCount` bytes.
  package func fill(leaving byteCount: Int) throws {
    try empty()
    let free = try FileTree.freeBytes(at: directory)
    let file = try OpenFile.open(filler, flags: O_WRONLY | O_CREAT, mode: 0o600)
    let code = posix_fallocate(file.descriptor, 0, max(4096, free - byteCount))
    if code != 0 { throw SystemError(code: code, operation: "fill", path: filler) }
  }

  package func empty() throws { try FileTree.remove(filler) }
}
