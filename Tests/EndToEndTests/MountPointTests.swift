// Files and directories of the working tree that something else is mounted on, as containers do it with single files.

import FileSystem
import TestSupport
import Testing

@Suite("Mount points", .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
struct MountPointTests {
  private let scene: Scene
  private let outside: BytePath

  init() throws {
    scene = try Scene.small()
    outside = scene.directory.path.appending("outside")
    try TemporaryDirectory.write(outside.appending("file"), Array("theirs\n".utf8))
    try FileTree.makeDirectories(outside.appending("directory"), mode: 0o755)
  }

  /// Runs the program with something mounted on a path of the working tree, in a namespace of its own.
  private func run(
    _ arguments: [BytePath], mounting source: BytePath, on path: BytePath, options: String = "bind"
  ) throws -> ProgramResult {
    let script = """
      mount --bind "$1" "$2" && mount -o "remount,$3" "$2" && shift 3 && exec "$@"
      """
    return try scene.program.start(
      arguments,
      under: [
        "unshare", "--mount", "sh", "-c", BytePath(script), "sh", outside.appending(source),
        scene.repository.top.appending(path), BytePath(options),
      ]
    ).wait()
  }

  private func read(_ path: BytePath) throws -> String {
    String(decoding: try FileTree.readAll(path), as: UTF8.self)
  }

  @Test("a file that is a mount point is recorded as it is, and written in place", arguments: [true, false])
  func file(isTracked: Bool) throws {
    let path: BytePath = isTracked ? "a.txt" : ".env"
    try scene.repository.write(path, "here\n", mode: 0o600)
    let id = BytePath(try scene.take("custom", "base"))
    let result = try run(["rollback", "--yes", id], mounting: "file", on: path).succeeded()
    #expect(try read(outside.appending("file")) == "here\n", "\(result)")
    #expect(try FileTree.status(outside.appending("file"))?.permissions == 0o600)
    // What is below was never seen, and the rescue holds what was above.
    try run(["undo", "--yes"], mounting: "file", on: path).succeeded()
    #expect(try read(outside.appending("file")) == "theirs\n")
  }

  @Test("a file that cannot be written in place is named before anything is touched")
  func readOnly() throws {
    try scene.repository.write("b.txt", "one\n")
    let id = BytePath(try scene.take("custom", "base"))
    try scene.repository.write("b.txt", "two\n")
    let result = try run(["rollback", "--yes", id], mounting: "file", on: "a.txt", options: "bind,ro")
    #expect(result.code == 1)
    #expect(
      result.errorText.contains(
        "a.txt cannot be restored: it is a mount point, so it would have to be written in place: "),
      "\(result)")
    #expect(try read(scene.repository.top.appending("b.txt")) == "two\n")
  }

  @Test("a kept file that cannot be written in place stops the rollback as well")
  func readOnlyKept() throws {
    try scene.repository.write(".env", "here\n", mode: 0o600)
    let id = BytePath(try scene.take("custom", "base"))
    try scene.repository.write("a.txt", "two\n")
    let result = try run(["rollback", "--yes", id], mounting: "file", on: ".env", options: "bind,ro")
    #expect(result.code == 1)
    #expect(result.errorText.contains("write the mount point in place: "), "\(result)")
    #expect(try read(scene.repository.top.appending("a.txt")) == "two\n")
    #expect(try scene.names(in: "manifests").count == 1)
  }

  @Test("a mount point that the checkpoint does not know stays, and is named")
  func cameLater() throws {
    let id = BytePath(try scene.take("custom", "base"))
    try scene.repository.write("later", "below\n")
    try scene.repository.write("other", "goes\n")
    let result = try run(["rollback", "--yes", id], mounting: "file", on: "later").succeeded()
    #expect(result.printed.contains("later stays: it is a mount point"), "\(result)")
    #expect(try read(outside.appending("file")) == "theirs\n")
    #expect(!FileTree.exists(scene.repository.top.appending("other")))
  }

  @Test("a directory that is a mount point is not removed, and stops a file from taking its place")
  func directory() throws {
    let before = BytePath(try scene.take("custom", "before"))
    try FileTree.makeDirectories(scene.repository.top.appending("volume"), mode: 0o755)
    try run(["rollback", "--yes", before], mounting: "directory", on: "volume").succeeded()
    #expect(FileTree.exists(scene.repository.top.appending("volume")))
    try scene.repository.remove("volume")
    try scene.repository.write("volume", "a file\n")
    let file = BytePath(try scene.take("custom", "file"))
    try scene.repository.remove("volume")
    try FileTree.makeDirectories(scene.repository.top.appending("volume"), mode: 0o755)
    let result = try run(["rollback", "--yes", file], mounting: "directory", on: "volume")
    #expect(result.code == 1)
    #expect(
      result.errorText.contains("volume cannot be restored: there is a directory that is a mount point"))
  }
}
