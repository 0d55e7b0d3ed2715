// Files that are kept in the store, outside of git: other things in their places, long names, directories of their own.

import FileSystem
import TestSupport
import Testing

@Suite("Kept files")
struct KeptFilesTests {
  @Test("a directory in the place of a kept file, and a file in the place of its directory, give way")
  func otherKinds() throws {
    let scene = try Scene.small()
    let repository = scene.repository
    try repository.write(".env", "A=1\n", mode: 0o600)
    try repository.write("keys/private", "secret\n", mode: 0o600)
    try scene.checkpoint("custom", "kept", "--no-database")
    let before = try scene.picture()
    try repository.remove(".env")
    try repository.write(".env/not/a/file", "x\n")
    try repository.remove("keys")
    try repository.write("keys", "x\n")
    let scrambled = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "kept")
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(scrambled)
  }

  @Test("a directory with files that were not recorded stops the rollback before anything is touched")
  func obstruction() throws {
    let scene = try Scene.small()
    try scene.repository.write("key", "secret\n", mode: 0o600)
    try scene.checkpoint("custom", "kept", "--no-database")
    try scene.repository.remove("key")
    try scene.repository.write(".gitignore", "*.cache\n")
    try scene.repository.write("key/some.cache", "ignored\n")
    try scene.repository.write("a.txt", "changed\n")
    let before = try scene.picture()
    let result = try scene.run("rollback", "--yes", "kept")
    #expect(
      result.code == 1 && result.errorText.contains("key/some.cache, which is not recorded"), "\(result)")
    try scene.expect(before)
  }

  @Test("a link in the place of a kept file's directory is an obstacle, and what it leads to stays")
  func linkedDirectory() throws {
    let scene = try Scene.small()
    let elsewhere = scene.directory.path.appending("elsewhere")
    try FileTree.makeDirectories(elsewhere, mode: 0o755)
    try scene.repository.write(".gitignore", "conf\n")
    try scene.repository.write(".checkpointconfig", "include = conf/**\n")
    try scene.repository.write("conf/.env", "OLD=1\n")
    try scene.checkpoint("custom", "kept", "--no-database")
    try scene.repository.remove("conf")
    try FileTree.makeLink(scene.repository.top.appending("conf"), to: elsewhere)
    try SystemFileOperations().replaceFile(elsewhere.appending(".env"), with: Array("NEW=1\n".utf8))
    let before = try scene.picture()
    for words: [BytePath] in [["rollback", "--yes", "kept"], ["restore", "config", "--yes", "kept"]] {
      let result = try scene.program.run(words)
      #expect(result.code == 1 && result.errorText.contains("conf"), "\(result)")
      #expect(try FileTree.readAll(elsewhere.appending(".env")) == Array("NEW=1\n".utf8), "\(result)")
      try scene.expect(before)
    }
  }

  @Test("a name as long as names can be")
  func longName() throws {
    let scene = try Scene.small()
    let name = BytePath(String(repeating: "k", count: 255))
    try scene.repository.write(name, "secret\n", mode: 0o600)
    try scene.checkpoint("custom", "kept", "--no-database")
    let before = try scene.picture()
    try scene.repository.remove(name)
    try scene.checkpoint("rollback", "--yes", "kept")
    try scene.expect(before)
  }

  @Test("a directory of its own comes back with its mode, and goes when it came later")
  func ownDirectory() throws {
    let scene = try Scene.small()
    let empty = try scene.picture()
    try scene.checkpoint("custom", "empty", "--no-database")
    try scene.repository.write("secrets/deep/key", "secret\n", mode: 0o600)
    for path in ["secrets/deep", "secrets"] as [BytePath] {
      try FileTree.setPermissions(scene.repository.top.appending(path), 0o700)
    }
    let before = try scene.picture()
    try scene.checkpoint("custom", "kept", "--no-database")
    try scene.checkpoint("rollback", "--yes", "empty")
    try scene.expect(empty)
    try scene.checkpoint("rollback", "--yes", "kept")
    try scene.expect(before)
  }
}
