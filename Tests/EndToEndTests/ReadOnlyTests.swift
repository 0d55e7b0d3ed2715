// Working trees and repositories that cannot be written to: an error that names the place, and everything as it was.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Read-only places")
struct ReadOnlyTests {
  /// A scene whose git directory is next to the working tree, so that one can be read-only without the other.
  private func separated() throws -> Scene {
    let scene = try Scene()
    let outside = scene.directory.path.appending("git")
    try scene.repository.git("init", "-q", "--separate-git-dir", outside)
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    return scene
  }

  private func expectRefusal(_ result: ProgramResult, _ location: SourceLocation = #_sourceLocation) {
    #expect(result.code == 1, "\(result)", sourceLocation: location)
    #expect(result.errorText.hasPrefix("error: "), "\(result)", sourceLocation: location)
    #expect(
      result.errorText.contains("Read-only file system") || result.errorText.contains("Permission denied"),
      "\(result)", sourceLocation: location)
  }

  @Test(
    "a rollback in a read-only working tree leaves everything as it was",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)),
    arguments: [true, false])
  func worktree(hasPrivateFiles: Bool) throws {
    let scene = try separated()
    if !hasPrivateFiles {
      // They are written first; without them it is HEAD and the index.
      for name in [".env", "private.key", "services"] { try scene.repository.remove(name) }
    }
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.git("commit", "-q", "-m", "What was staged")
    try scene.repository.scramble()
    if !hasPrivateFiles {
      for name in [".env", ".env.later", "private.key", "later"] { try scene.repository.remove(name) }
    }
    let broken = try scene.picture()
    let result = try SmallFileSystem.withReadOnly(scene.repository.top) {
      let result = try scene.run("rollback", "--yes", id)
      try scene.expect(broken, "\(result)")
      return result
    }
    expectRefusal(result)
    let pending = try scene.run("status", "--json").json()["pending"]?.string
    #expect(pending == nil, "\(result)")
    try scene.expect(broken, "\(result)")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before, except: ["branch", "branches"])
  }

  @Test(
    "a read-only directory in the working tree does the same",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)),
    arguments: ["src", "odd", "untracked"])
  func directory(_ name: String) throws {
    let scene = try separated()
    let before = try scene.picture()
    let id = try scene.take("full")
    for path in ["src/part1.txt", "odd/-dash", "untracked/group", "README.md", "zzz"] {
      try scene.repository.write(path, "broken\n")
    }
    try scene.repository.write("\(name)/later", "came later\n")
    let broken = try scene.picture()
    let result = try SmallFileSystem.withReadOnly(scene.repository.top.appending("\(name)")) {
      let result = try scene.run("rollback", "--yes", id)
      try scene.expect(broken, "\(result)")
      return result
    }
    expectRefusal(result)
    #expect(try scene.run("status", "--json").json()["pending"] == nil, "\(result)")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }

  @Test(
    "a read-only repository can be neither recorded nor rolled back, and can be looked at",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
  func repository() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    let id = try scene.take("full")
    try scene.repository.scramble()
    let broken = try scene.picture()
    try SmallFileSystem.withReadOnly(scene.repository.top) {
      expectRefusal(try scene.run("full"))
      expectRefusal(try scene.run("rollback", "--yes", id))
      #expect(try scene.run("list").code == 0)
      #expect(try scene.run("show", id).code == 0)
      try scene.expect(broken)
    }
    try scene.expect(broken)
    try scene.expectNone(scene.leftovers())
    try scene.checkpoint("verify", "--all")
  }

  @Test(
    "if rights are missing to write into a directory, a rollback leaves everything as it was",
    .enabled(if: Unprivileged.isPossible, Comment(rawValue: Unprivileged.whyNot)))
  func permissions() throws {
    let scene = try Scene()
    try scene.repository.fill()
    try scene.repository.work(databaseURL: nil)
    try Unprivileged.adopt(&scene.program, in: scene.directory.path)
    let before = try scene.picture()
    let id = try scene.take("full")
    try scene.repository.write("src/part1.txt", "broken\n")
    try scene.repository.write("README.md", "broken\n")
    try scene.repository.write("zzz", "came later\n")
    try Unprivileged.giveAway(scene.repository.top)
    let broken = try scene.picture()
    let locked = scene.repository.top.appending("src")
    try FileTree.setPermissions(locked, 0o555)
    let result = try scene.run("rollback", "--yes", id)
    expectRefusal(result)
    try FileTree.setPermissions(locked, 0o755)
    try Unprivileged.giveAway(scene.repository.top)
    try scene.expect(broken, "\(result)")
    #expect(try scene.run("status", "--json").json()["pending"] == nil, "\(result)")
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expect(before)
  }
}
