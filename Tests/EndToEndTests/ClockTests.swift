// A system's clock that cannot be right, and dates of others that cannot be, either.

import FileSystem
import TestSupport
import Testing

@Suite("Impossible times")
struct ClockTests {
  @Test(
    "with an impossible clock nothing is recorded, and everything can be read",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)),
    arguments: ["1960-01-01 00:00:00", "1969-12-31 23:59:00", "10000-01-02 00:00:00"])
  func clock(time: String) throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.background", "false")
    let id = try scene.take("custom", "one")
    try scene.checkpoint("verify")
    let before = try scene.names(in: "manifests") + scene.names(in: "notes")
    let program = try scene.program.at(time, in: scene.directory.path)
    for words: [BytePath] in [["custom", "two"], ["rollback", "--yes"], ["mark", BytePath(id), "stable"]] {
      let result = try program.run(words)
      #expect(
        result.code == 1 && result.errorText.contains("error: the system's clock says ")
          && result.errorText.contains("hint: set the clock"), "\(result)")
    }
    for words: [BytePath] in [["list"], ["show"], ["status"], ["log"], ["diff"], ["stage", "list"]] {
      #expect(try program.run(words).code == 0, "\(words)")
    }
    #expect(try scene.names(in: "manifests") + scene.names(in: "notes") == before)
    try scene.checkpoint("verify")
  }

  @Test(
    "an impossible date in notes and log fails no command",
    arguments: [
      "1969-12-31T23:59:59.-189Z", "10000-05-05T00:00:00.450Z", "2147483647-01-01T00:00:00.000Z",
      "0000-01-01T00:00:00.000Z",
    ])
  func dates(date: String) throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.background", "false")
    let id = try scene.take("custom", "one")
    try scene.checkpoint("verify")
    for file in [scene.store.appending("notes/\(id).json"), scene.store.appending("log/operations.jsonl")] {
      let text = String(decoding: try FileTree.readAll(file), as: UTF8.self)
      let stamp = try #require(text.firstMatch(of: #/20\d\d-\d\d-\d\dT[0-9:.]+Z/#))
      try TemporaryDirectory.write(file, Array(text.replacing(stamp.output, with: date).utf8))
    }
    for words: [BytePath] in [
      ["list"], ["show"], ["show", "--json"], ["status"], ["log"], ["diff"], ["report"], ["verify"],
      ["rollback", "--dry-run"],
    ] {
      let result = try scene.program.run(words)
      #expect(result.code == 0, "\(words): \(result)")
    }
  }

  @Test(
    "a commit with an impossible date is recorded and shown",
    arguments: [
      "-100000 +0000", "99999999999 +0000", "9223372036854775807 +0000", "18446744073709551616 +9999", "x",
    ])
  func commits(date: String) throws {
    let scene = try Scene.small()
    try scene.repository.git("config", "checkpoint.background", "false")
    let tree = try scene.program.git(["write-tree"]).text.dropLast()
    let parent = try scene.program.git(["rev-parse", "HEAD"]).text.dropLast()
    let raw =
      "tree \(tree)\nparent \(parent)\nauthor A <a@b> \(date)\ncommitter A <a@b> \(date)\n\nOdd\n"
    let file = scene.directory.path.appending("commit")
    try TemporaryDirectory.write(file, Array(raw.utf8))
    let commit = try scene.program.git(["hash-object", "-t", "commit", "-w", "--literally", file]).text
      .dropLast()
    try scene.repository.git("reset", "-q", "--hard", BytePath(String(commit)))
    try scene.repository.write("new.txt", "new\n")
    try scene.checkpoint("stage-01-start")
    try scene.checkpoint("custom", "two")
    for words: [BytePath] in [
      ["list"], ["show"], ["status"], ["log"], ["diff"], ["report"], ["verify"],
      ["rollback", "--yes", "two"],
      ["undo", "--yes"],
    ] {
      let result = try scene.program.run(words)
      #expect(result.code == 0, "\(words): \(result)")
    }
  }
}
