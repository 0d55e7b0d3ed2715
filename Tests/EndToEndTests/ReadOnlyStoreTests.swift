// A store that can only be read, by itself or with the whole repository: commands that only look work there.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("A store that can only be read", .needsPostgreSQL)
struct ReadOnlyStoreTests {
  private static let looking: [[BytePath]] = [
    ["list"], ["list", "--json"], ["show", "one"], ["show", "--files"], ["status"], ["status", "--json"],
    ["log"], ["stage", "list"], ["verify"], ["verify", "--all"], ["verify", "--sample", "2"],
    ["diff", "one", "two"], ["diff", "one"], ["diff", "--stat"], ["report"], ["report", "--format", "json"],
    ["warm", "list"],
  ]

  private func scene() throws -> Scene {
    let scene = try Scene.small(.createDatabases)
    try scene.repository.git("config", "checkpoint.background", "false")
    try scene.repository.write(".env.local", "SECRET=1\n")
    try scene.checkpoint("custom", "one")
    try scene.repository.write("new.txt", "new\n")
    try scene.checkpoint("custom", "two")
    try scene.repository.write("newer.txt", "newer\n")
    return scene
  }

  private func expectLooking(_ scene: Scene) throws {
    for words in Self.looking {
      let result = try scene.program.run(words)
      #expect(result.code == 0 && !result.errorText.contains("error"), "\(words): \(result)")
    }
    let verified = try scene.program.run(["verify"])
    #expect(verified.printed.contains("is not noted in it"), "\(verified)")
    let taken = try scene.program.run(["custom", "three"])
    #expect(taken.code == 1 && taken.errorText.contains("error: cannot "), "\(taken)")
    let output = scene.directory.path.appending("out")
    try scene.checkpoint("export", "two", "--format", "sql.gz", "-o", output)
  }

  @Test(
    "on a read-only file system it can be listed, shown, compared, verified and exported",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)),
    arguments: [true, false])
  func mounted(isStoreAlone: Bool) throws {
    let scene = try scene()
    let place = isStoreAlone ? scene.store : scene.repository.top
    try SmallFileSystem.withReadOnly(place) { try expectLooking(scene) }
    try scene.checkpoint("custom", "three")
  }

  @Test(
    "without the right to write the same can be done",
    .enabled(if: Unprivileged.isPossible, Comment(rawValue: Unprivileged.whyNot)))
  func withoutRights() throws {
    let scene = try scene()
    try Unprivileged.adopt(&scene.program, in: scene.directory.path)
    let directories = try Program.run(["find", scene.store, "-type", "d"]).succeeded().lines.map {
      BytePath($0)
    }
    try Program.run(["chmod", "-R", "a-w", scene.store]).succeeded()
    defer { for path in directories { _ = try? Program.run(["chmod", "u+w", path]) } }
    try expectLooking(scene)
  }

  @Test(
    "what a killed hook left there is reported, and nothing fails for it",
    .enabled(if: SmallFileSystem.isPossible))
  func killedHook() throws {
    let scene = try scene()
    let state = #"{"job":"pre-commit","process":1,"startedAt":"2026-01-01T00:00:00.000Z"}"#
    try TemporaryDirectory.write(scene.store.appending("hook.json"), Array(state.utf8))
    try SmallFileSystem.withReadOnly(scene.store) {
      for words: [BytePath] in [["list"], ["status"], ["verify"], ["diff", "one", "two"]] {
        let result = try scene.program.run(words)
        #expect(result.code == 0, "\(words): \(result)")
      }
    }
  }
}
