// Everything that is in a rollback's way is named at once.

import FileSystem
import TestSupport
import Testing

@Suite("All obstacles at once")
struct ObstacleListTests {
  @Test("obstacles of several kinds are named together, and nothing is touched")
  func several() throws {
    let scene = try Scene.small()
    for name in ["one", "two", "three"] as [BytePath] { try scene.repository.write(name, "a file\n") }
    try scene.repository.write("sub/file", "a file\n")
    try scene.repository.write(".gitignore", "*.log\n")
    try scene.repository.commit("files")
    let id = BytePath(try scene.take("custom", "base"))
    for name in ["one", "two"] as [BytePath] {
      try scene.repository.remove(name)
      try scene.repository.write(name.appending("x.log"), "precious\n")
    }
    try scene.repository.write("three", "changed\n")
    try scene.repository.write("sub/file", "changed\n")
    try scene.repository.git("init", "-q", "sub")
    let before = try scene.picture()
    let result = try scene.run("rollback", "--yes", id)
    #expect(result.code == 1)
    for line in [
      "one cannot be restored: there is a directory with one/x.log, which is not recorded",
      "two cannot be restored: there is a directory with two/x.log, which is not recorded",
      "hint: move them out of the way, or let it be finished, and try again",
    ] { #expect(result.errorText.contains(line), "\(result)") }
    #expect(
      result.errorText.contains("sub cannot be restored: it is a repository of its own now"), "\(result)")
    try scene.expect(before)
  }

  @Test("obstacles in submodules are named with those of the project")
  func submodule() throws {
    let scene = try Scene.small()
    let library = try SampleRepository(at: scene.directory.path.appending("library"), program: scene.program)
    try library.write("inner", "one\n")
    try library.write(".gitignore", "*.log\n")
    try library.commit("inner")
    try scene.repository.git(
      "-c", "protocol.file.allow=always", "submodule", "-q", "add", library.top, "module")
    try scene.repository.write("out", "a file\n")
    try scene.repository.write(".gitignore", "*.log\n")
    try scene.repository.commit("module")
    let id = BytePath(try scene.take("custom", "base", "--recurse-submodules"))
    for path in ["out", "module/inner"] as [BytePath] {
      try scene.repository.remove(path)
      try scene.repository.write(path.appending("x.log"), "precious\n")
    }
    let result = try scene.run("rollback", "--yes", id)
    #expect(result.code == 1)
    #expect(result.errorText.contains("out cannot be restored: "), "\(result)")
    #expect(result.errorText.contains("module/inner cannot be restored: "), "\(result)")
  }
}
