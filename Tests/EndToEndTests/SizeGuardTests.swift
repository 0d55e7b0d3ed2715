// Large untracked files: named and left out, recorded on request, never lost by a rollback.

import FileSystem
import TestSupport
import Testing

@Suite("Large untracked files")
struct SizeGuardTests {
  private let scene: Scene
  private let repository: SampleRepository

  init() throws {
    scene = try Scene.small()
    repository = scene.repository
    try repository.git("config", "checkpoint.untrackedFileLimit", "10k")
    try repository.git("config", "checkpoint.untrackedLimit", "20k")
  }

  private func write(_ name: BytePath, _ byteCount: Int, mode: UInt32 = 0o644) throws {
    try repository.write(name, [UInt8](repeating: 0x78, count: byteCount), mode: mode)
  }

  private func recorded(_ name: String) throws -> Bool {
    let ref = try #require(try scene.refs().filter { $0.hasSuffix("/state") }.max())
    return try repository.git("cat-file", "-e", "\(ref):worktree/\(name)", accepting: [0, 1, 128]).code == 0
  }

  @Test("a large file is named with the ways out, left out, and the exit code says so")
  func fileLimit() throws {
    try write("large [1].bin", 11_000)
    try write("small.bin", 1000)
    let result = try scene.run("full", "--no-database")
    #expect(result.code == 3, "\(result)")
    for text in [
      "large [1].bin is untracked and large (11.0 kB)", "--include-large",
      #"checkpoint.includeLarge '/large\ \[1\].bin'"#, #"printf '%s\n' '/large\ \[1\].bin' >> .gitignore"#,
    ] {
      #expect(result.errorText.contains(text), "\(result)")
    }
    #expect(try !recorded("large [1].bin"))
    #expect(try recorded("small.bin"))
  }

  @Test(
    "what the message says works",
    arguments: ["once", "always", "ignore"])
  func waysOut(way: String) throws {
    try write("large [1].bin", 11_000)
    switch way {
    case "once": try scene.checkpoint("full", "--no-database", "--include-large")
    case "always":
      try repository.git("config", "--add", "checkpoint.includeLarge", #"/large\ \[1\].bin"#)
      try scene.checkpoint("full", "--no-database")
    default:
      try repository.write(".gitignore", #"/large\ \[1\].bin"# + "\n")
      try scene.checkpoint("full", "--no-database")
    }
    #expect(try recorded("large [1].bin") == (way != "ignore"))
  }

  @Test("when all together are too many bytes, the largest folder is left out as one")
  func totalLimit() throws {
    for number in 1...4 { try write("data/deep/\(number)", 4000) }
    for number in 1...2 { try write("other/\(number)", 5000) }
    try write("loose", 3000)
    let result = try scene.run("full", "--no-database", "--json")
    #expect(result.code == 3, "\(result)")
    let leftOut = try JSONValue(parsing: result.output)["git"]?["leftOut"]
    #expect(leftOut?[1] == nil)
    #expect(leftOut?[0]?["path"] == .string("data/") && leftOut?[0]?["fileCount"] == .number(4))
    #expect(try recorded("other/1") && recorded("loose") && !recorded("data/deep/1"))
  }

  @Test("a private file is guarded, too")
  func privateFile() throws {
    try write("dump.sql", 11_000, mode: 0o600)
    #expect(try scene.run("full", "--no-database").code == 3)
  }

  @Test("a rollback leaves files alone that it could not keep, and says so")
  func rollbackLeavesThem() throws {
    try scene.checkpoint("custom", "before", "--no-database")
    try write("large.bin", 11_000)
    try write("small.bin", 1000)
    let result = try scene.run("rollback", "--yes", "before")
    #expect(result.code == 0 && result.printed.contains("large.bin stays"), "\(result)")
    #expect(repository.exists("large.bin") && !repository.exists("small.bin"))
  }

  @Test("a large file that is going to be written over is kept whatever its size")
  func keptBeforeOverwriting() throws {
    try write("large.bin", 11_000)
    try scene.checkpoint("custom", "with", "--no-database", "--include-large")
    let before = try scene.picture()
    try write("large.bin", 12_000)
    let changed = try scene.picture()
    try scene.checkpoint("rollback", "--yes", "with")
    try scene.expect(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expect(changed)
  }

  @Test("a size that is none is a mistake")
  func badSetting() throws {
    try repository.git("config", "checkpoint.untrackedLimit", "much")
    let result = try scene.run("full", "--no-database")
    #expect(result.code == 2 && result.errorText.contains("checkpoint.untrackedLimit is “much”"), "\(result)")
  }
}

@Suite("Edits that leave no trace")
struct ParanoidTests {
  @Test(
    "an edit of the same size and time is found by --paranoid, and by the setting", arguments: [true, false])
  func paranoid(byOption: Bool) throws {
    let scene = try Scene.small()
    let repository = scene.repository
    try repository.write("flagged", "one\n")
    try repository.commit()
    try repository.git("update-index", "--skip-worktree", "flagged")
    try repository.remove("flagged")
    for (key, value) in [("core.trustctime", "false"), ("core.checkStat", "minimal")] {
      try repository.git("config", key, value)
    }
    let touch = { (time: BytePath) in
      _ = try Program.run(["touch", "-d", time, repository.top.appending("a.txt")]).succeeded()
    }
    try touch("2020-01-01 00:00:00")
    try repository.git("update-index", "--refresh")
    try repository.write("a.txt", "two\n")
    try touch("2020-01-01 00:00:00")
    #expect(try repository.git("status", "--porcelain").text == "")
    if byOption {
      try scene.checkpoint("custom", "all", "--no-database", "--paranoid")
    } else {
      try repository.git("config", "checkpoint.paranoid", "true")
      try scene.checkpoint("custom", "all", "--no-database")
    }
    let state = try #require(try scene.refs().first { $0.hasSuffix("/state") })
    #expect(try repository.git("show", "\(state):worktree/a.txt").text == "two\n")
    try repository.write("a.txt", "three\n")
    try scene.checkpoint("rollback", "--yes", "all")
    #expect(try repository.read("a.txt") == "two\n")
    #expect(!repository.exists("flagged"))
  }
}
