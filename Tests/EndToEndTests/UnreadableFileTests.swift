// Files that the user may not read: named, with exit code 3, while everything else is recorded; and a rollback leaves
// them alone.

import FileSystem
import TestSupport
import Testing

@Suite(
  "Unreadable files", .enabled(if: Unprivileged.isPossible, Comment(rawValue: Unprivileged.whyNot)))
struct UnreadableFileTests {
  private func scene() throws -> Scene {
    let scene = try Scene()
    try scene.repository.write(".gitignore", ".env*\n")
    for name in ["a.txt", "b.txt", "src/c.txt"] { try scene.repository.write(name, "first\n") }
    try scene.repository.commit("First")
    return scene
  }

  private func lock(_ scene: Scene, _ paths: [String], mode: UInt32 = 0) throws {
    for path in paths { try FileTree.setPermissions(scene.repository.top.appending("\(path)"), mode) }
  }

  @Test(
    "a changed, an untracked, an ignored and a private file that cannot be read are named; the rest is recorded"
  )
  func named() throws {
    let scene = try scene()
    let locked = ["a.txt", "new/locked.txt", ".env.local", "private.key"]
    try scene.repository.write("a.txt", "changed, and longer\n")
    try scene.repository.write("b.txt", "changed\n")
    try scene.repository.write("new/locked.txt", "untracked\n")
    try scene.repository.write("new/open.txt", "untracked\n")
    try scene.repository.write(".env", "OPEN=1\n", mode: 0o600)
    try scene.repository.write(".env.local", "LOCKED=1\n", mode: 0o600)
    try scene.repository.write("private.key", "locked\n", mode: 0o600)
    try Unprivileged.adopt(&scene.program, in: scene.directory.path)
    try lock(scene, locked)
    let result = try scene.run("custom", "partly")
    #expect(result.code == 3, "\(result)")
    for path in locked { #expect(result.errorText.contains("not recorded: \(path)"), "\(path): \(result)") }
    let json = try scene.run("custom", "partly", "--json")
    #expect(json.code == 3)
    #expect(try json.json()["unreadable"]?.array?.count == 4, "\(json)")
    // What could be read comes back; what could not stays as it is.
    let before = try scene.picture()
    for path in ["b.txt", "new/open.txt", ".env"] { try scene.repository.write(path, "broken\n") }
    try Unprivileged.giveAway(scene.repository.top)
    let rolledBack = try scene.run("rollback", "--yes", "partly")
    #expect(rolledBack.code == 3, "\(rolledBack)")
    try Unprivileged.giveAway(scene.repository.top)
    try scene.expect(before)
    try scene.checkpoint("verify", "--all")
  }

  /// Rolls back over a changed and a later file that cannot be read.
  private func rollbackOverLockedFiles() throws -> (scene: Scene, result: ProgramResult) {
    let scene = try scene()
    try scene.repository.write("new.txt", "untracked\n")
    try Unprivileged.adopt(&scene.program, in: scene.directory.path)
    try scene.checkpoint("custom", "whole")
    try scene.repository.write("a.txt", "changed, and longer\n")
    try scene.repository.write("b.txt", "changed\n")
    try scene.repository.write("new.txt", "changed\n")
    try scene.repository.write("later.txt", "came later\n")
    try Unprivileged.giveAway(scene.repository.top)
    try lock(scene, ["a.txt", "new.txt", "later.txt"])
    return (scene, try scene.run("rollback", "--yes", "whole"))
  }

  @Test("files that cannot be read when a rollback begins are not written over")
  func atRollback() throws {
    let (scene, result) = try rollbackOverLockedFiles()
    #expect(result.code == 3, "\(result)")
    #expect(try scene.repository.read("a.txt") == "changed, and longer\n")
    #expect(try scene.repository.read("later.txt") == "came later\n")
    #expect(try scene.repository.read("b.txt") == "first\n")
  }

  @Test("a private file that cannot be read is not written over by one that was not private then")
  func privateAtRollback() throws {
    let (scene, _) = try rollbackOverLockedFiles()
    #expect(try scene.repository.read("new.txt") == "changed\n")
  }

  @Test("files that a rollback leaves alone because it cannot keep them are named")
  func namedAtRollback() throws {
    let (_, result) = try rollbackOverLockedFiles()
    for path in ["a.txt", "new.txt", "later.txt"] {
      #expect(result.printed.contains("\(path) was left as it is"), "\(result)")
    }
  }

  @Test("a directory that cannot be entered is named, and what is in it is not taken for what was recorded")
  func directory() throws {
    let scene = try scene()
    try scene.repository.write("src/c.txt", "changed\n")
    try scene.repository.write("src/new.txt", "untracked\n")
    try scene.repository.write("b.txt", "changed\n")
    try Unprivileged.adopt(&scene.program, in: scene.directory.path)
    try lock(scene, ["src"])
    let result = try scene.run("custom", "partly")
    #expect(result.code == 3 && result.errorText.contains("src"), "\(result)")
    try lock(scene, ["src"], mode: 0o755)
    let before = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "partly")
    try Unprivileged.giveAway(scene.repository.top)
    try scene.expect(before)
  }
}
