// A checkpoint, a command, and the way back.

import FileSystem
import TestSupport
import Testing

@Suite("Run a command", .needsPostgreSQL)
struct RunTests {
  @Test(
    "the command gets its arguments and the checkpoint's id, and its exit code is passed on",
    arguments: [0, 7])
  func exitCode(code: Int32) throws {
    let scene = try Scene.small()
    let result = try scene.run(
      "run", "--name", "before-it", "--quiet", "--", "sh", "-c", "echo \"$1 $CHECKPOINT_ID\"; exit \(code)",
      "sh", "--json")
    #expect(result.code == code)
    // The command's own output, and nothing else.
    let words = try result.line.split(separator: " ")
    let id = try #require(words.last)
    #expect(words == ["--json", id] && id.hasPrefix("before-it_"), "\(result)")
    #expect(result.errorText.contains("checkpoint rollback \(id)") == (code != 0), "\(result)")
    try scene.checkpoint("show", id)
  }

  @Test("a variable whose value begins with a combining mark reaches the command")
  func mark() throws {
    let scene = try Scene.small()
    scene.program.environment["WORD"] = "\u{301}x"
    let result = try scene.run("run", "--quiet", "--", "sh", "-c", "printf %s \"$WORD\"")
    #expect(result.text.hasSameBytes(as: "\u{301}x"), "\(result)")
  }

  @Test("a command that a signal ended counts as shells count it")
  func signal() throws {
    let scene = try Scene.small()
    #expect(try scene.run("run", "--", "sh", "-c", "kill -TERM $$").code == 128 + 15)
  }

  @Test("a command that fails is undone at once if that is asked for")
  func rollback() throws {
    let scene = try Scene.small(.createDatabases)
    let before = try scene.picture()
    let database = try #require(scene.database)
    let script: BytePath =
      "psql '\(database.url)' -qc 'DROP TABLE people'; echo changed >a.txt; echo new >b.txt; exit 3"
    let kept = try scene.run("run", "--", "sh", "-c", script)
    #expect(kept.code == 3)
    #expect(try scene.repository.read("a.txt") == "changed\n")
    try scene.checkpoint("rollback", "--yes", "before-run")
    try scene.expect(before)
    let undone = try scene.run("run", "--rollback-on-failure", "--", "sh", "-c", script)
    #expect(undone.code == 3)
    try scene.expect(before)
  }

  @Test(
    "a command that does not exist takes no checkpoint", arguments: ["nix", "./nix", "/", "a.txt", "./a.txt"])
  func missing(name: String) throws {
    let scene = try Scene.small()
    let result = try scene.run("run", "--", name)
    #expect(result.code == 127)
    #expect(result.errorText.contains("no checkpoint was taken"))
    #expect(try scene.names(in: "manifests") == [])
  }

  @Test("a checkpoint that cannot be taken keeps the command from running")
  func noCheckpoint() throws {
    let scene = try Scene.small()
    try scene.repository.write(".env", "DATABASE_URL=postgresql:///nix?host=/nix\n")
    #expect(try scene.run("run", "--", "touch", "ran").code == 1)
    #expect(!FileTree.exists(scene.repository.top.appending("ran")))
  }
}
