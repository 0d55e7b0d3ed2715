// Removing checkpoints by policy, and freeing their space: what stays, and what the user hears.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@Suite("Pruning")
struct PruneTests {
  private func scene() throws -> Scene { try Scene.small() }

  /// Checkpoints of different contents, oldest first.
  private func take(_ count: Int, _ scene: Scene, _ kind: BytePath = "incremental") throws -> [String] {
    try (0..<count).map { number in
      try scene.repository.write(
        ".env", "NUMBER=\(number)\n\(String(repeating: "\(number)", count: 3000))", mode: 0o600)
      return try scene.take(kind, BytePath("n\(number)"), "--no-database")
    }
  }

  private func remaining(_ scene: Scene) throws -> Set<String> {
    Set(try scene.names(in: "manifests").map { String($0.dropLast(5)) })
  }

  private func set(_ key: BytePath, _ value: BytePath, _ scene: Scene) throws {
    try scene.repository.git("config", "checkpoint.retention.\(key)", value)
  }

  @Test("what no rule keeps goes, with its refs; the rest stays whole")
  func rules() throws {
    let scene = try scene()
    let ids = try take(5, scene)
    try set("incremental.keepLast", "2", scene)
    let dry = try scene.checkpoint("prune", "--dry-run")
    #expect(dry.lines.count { $0.contains("to be removed") } == 3, "\(dry)")
    #expect(try remaining(scene).count == 5)
    let asked = try scene.run("prune")
    #expect(asked.code == 2 && asked.errorText.contains("--yes"), "\(asked)")
    let done = try scene.run("prune", "--yes", "--json").succeeded().json()
    #expect(done["removed"]?.array?.count == 3 && done["isDone"] == .bool(true))
    #expect(try remaining(scene) == Set(ids[3...]))
    #expect(try scene.refs().allSatisfy { ref in ids[3...].contains { ref.contains($0) } })
    try scene.checkpoint("verify", "--all")
    #expect(try scene.leftovers().isEmpty)
    #expect(try scene.checkpoint("prune", "--yes").text.contains("nothing to remove"))
    let freed = try scene.run("gc", "--now", "--json").succeeded().json()
    #expect(freed["removed"]?["chunks"] != .number(0), "\(freed)")
    try scene.checkpoint("verify", "--all")
  }

  @Test("what the user marked, and the last good one, stay whatever the policy says")
  func protected() throws {
    let scene = try scene()
    let ids = try take(4, scene)
    try scene.checkpoint("mark", BytePath(ids[0]), "stable")
    try scene.checkpoint("mark", BytePath(ids[1]), "critical")
    try set("incremental.keepWithin", "0", scene)
    try set("incremental.keepYearly", "1", scene)
    try scene.checkpoint("prune", "--yes")
    #expect(try remaining(scene) == [ids[0], ids[1], ids[3]])
  }

  @Test("a damaged one replaces nothing: it is verified first, and an older good one stays")
  func damaged() throws {
    let scene = try scene()
    let ids = try take(3, scene)
    try set("incremental.keepLast", "1", scene)
    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "files", in: ids[2])
    try FileTree.remove(stock.file(stock.chunks(of: ".env", in: document)[0]))
    try scene.checkpoint("prune", "--yes")
    #expect(try remaining(scene) == [ids[1], ids[2]])
  }

  @Test("a run of broken ones pushes nothing out, however good an old one is")
  func brokenRun() throws {
    let scene = try scene()
    let ids = try take(6, scene)
    try scene.checkpoint("verify", BytePath(ids[0]))
    let stock = StockTools(store: scene.store)
    for id in ids[4...] {
      let document = try stock.document(ofSource: "files", in: id)
      try FileTree.remove(stock.file(stock.chunks(of: ".env", in: document)[0]))
    }
    try set("incremental.keepLast", "2", scene)
    try scene.checkpoint("prune", "--yes")
    // The last two, and the last two that are not broken. One of these is known to be good now, so the oldest is needed no more.
    #expect(try remaining(scene) == Set(ids[2...]))
  }

  @Test("a misspelt rule stops it, and a wrong setting no checkpoint")
  func misspelt() throws {
    let scene = try scene()
    _ = try take(12, scene)
    try set("incremental.keepLast", "2", scene)
    try set("Incremental.keepAll", "true", scene)
    let result = try scene.run("prune", "--yes")
    #expect(result.code == 2 && result.errorText.contains("retention.Incremental.keepall"), "\(result)")
    #expect(try remaining(scene).count == 12)
    try Program.run(["touch", "-d", "2 days ago", scene.store.appending("format")]).succeeded()
    try set("prune", "of", scene)
    try scene.checkpoint("incremental")
    #expect(try remaining(scene).count == 13)
  }

  @Test("what is marked while it asks, stays; what it has removed cannot be marked")
  func meanwhile() throws {
    let scene = try scene()
    let ids = try take(3, scene)
    try set("incremental.keepLast", "1", scene)
    let terminal = try scene.program.startOnTerminal(["prune"])
    try terminal.wait(for: "remove 2 checkpoints?")
    try scene.checkpoint("mark", BytePath(ids[0]), "stable")
    try terminal.type("y\n")
    #expect(terminal.end().code == 0)
    #expect(try remaining(scene) == [ids[0], ids[2]])
  }

  @Test("one manifest that cannot be read stops it, and is named")
  func unreadable() throws {
    let scene = try scene()
    let ids = try take(3, scene)
    try set("incremental.keepLast", "1", scene)
    try SystemFileOperations().replaceFile(
      scene.store.appending("manifests/\(ids[1]).json"), with: Array("{}".utf8))
    for words in [["prune", "--yes"], ["prune", "--dry-run"], ["gc"], ["gc", "--now"]] as [[BytePath]] {
      let result = try scene.program.run(words)
      #expect(result.code == 1 && result.errorText.contains("\(ids[1]).json"), "\(result)")
    }
    let deleted = try scene.run("delete", "--yes", BytePath(ids[0]))
    #expect(deleted.code == 3 && deleted.errorText.contains("the space is not free yet"), "\(deleted)")
    #expect(try remaining(scene) == [ids[1], ids[2]])
  }

  @Test("a policy that comes with the repository decides nothing")
  func committed() throws {
    let scene = try scene()
    try scene.repository.write(".checkpointconfig", "[retention \"custom\"]\n\tkeepLast = 1\n")
    _ = try take(3, scene, "custom")
    let result = try scene.checkpoint("prune", "--yes")
    #expect(result.text.contains("nothing to remove"), "\(result)")
    #expect(try remaining(scene).count == 3)
  }

  @Test("a policy that keeps nothing, or means nothing, is an error", arguments: ["0", "some", "-1"])
  func senseless(value: String) throws {
    let scene = try scene()
    _ = try take(2, scene, "custom")
    try set("custom.keepLast", BytePath(value), scene)
    let result = try scene.run("prune", "--yes")
    #expect(result.code == 2 && result.errorText.contains("retention.custom"), "\(result)")
    #expect(try remaining(scene).count == 2)
  }

  @Test("only the kinds that are named; wrong words are reported")
  func kinds() throws {
    let scene = try scene()
    let (incremental, custom) = (try take(2, scene), try take(2, scene, "custom"))
    try set("incremental.keepLast", "1", scene)
    try set("custom.keepLast", "1", scene)
    try scene.checkpoint("prune", "--yes", "--kind", "custom")
    #expect(try remaining(scene) == Set(incremental + [custom[1]]))
    #expect(try scene.run("prune", "--kind", "odd").code == 2)
    #expect(try scene.run("gc", "odd").code == 2)
  }

  @Test("stats says what becomes free without one, and deleting it frees just that")
  func statistics() throws {
    let scene = try scene()
    let ids = try take(3, scene) + take(1, scene, "custom")
    let stats = try scene.run("stats", "--json").succeeded().json()
    #expect(
      stats["checkpointCount"] == .number(4) && stats["kinds"]?["incremental"]?["checkpoints"] == .number(3))
    #expect(stats["unneededBytes"] == .number(0) && stats["trashBytes"] == .number(0))
    // The last one has the contents of the first.
    let own = stats["checkpoints"]?.array?.map { $0["ownBytes"] } ?? []
    #expect(own.count == 4 && stats["sharedBytes"] != .number(0), "\(stats)")
    let one = try scene.run("stats", "--json", BytePath(ids[1])).succeeded().json()
    #expect(one["checkpoints"]?.array?.map { $0["id"]?.string } == [ids[1]])
    let deleted = try scene.run("delete", "--yes", "--json", BytePath(ids[1])).succeeded().json()
    #expect(deleted["freedBytes"] == one["checkpoints"]?[0]?["ownBytes"] && deleted["freedBytes"] == own[1])
    let shown = try scene.checkpoint("stats")
    #expect(shown.text.contains("3 checkpoints") && shown.text.contains("WEEK OF"), "\(shown)")
    try SystemFileOperations().replaceFile(
      scene.store.appending("manifests/\(ids[2]).json"), with: Array("{}".utf8))
    let partly = try scene.run("stats")
    #expect(partly.code == 3 && partly.errorText.contains(ids[2]), "\(partly)")
  }

  @Test("undo works after it: what it needs stays")
  func undo() throws {
    let scene = try scene()
    let id = try scene.take("custom", "one", "--no-database")
    for _ in 0..<2 {
      try scene.repository.write("a.txt", "two\n")
      try scene.checkpoint("rollback", "--yes", BytePath(id))
    }
    try set("rescue.keepLast", "1", scene)
    try scene.checkpoint("prune", "--yes", "--now")
    try scene.checkpoint("undo", "--yes")
    #expect(try scene.repository.read("a.txt") == "two\n")
  }

  @Test(
    "on a full disk it frees space",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
  func fullDisk() throws {
    let scene = try scene()
    let disk = scene.directory.path.appending("disk")
    try FileTree.makeDirectories(disk, mode: 0o755)
    try SmallFileSystem.with(at: disk, byteCount: 4 << 20) { _ in
      try scene.repository.git("config", "checkpoint.store", disk.appending("store"))
      try set("custom.keepLast", "1", scene)
      let ids = try (0..<3).map { number in
        // It cannot be compressed.
        var random = SystemRandomNumberGenerator()
        try scene.repository.write(
          ".env", (0..<75_000).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }, mode: 0o600)
        return try scene.take("custom", "n\(number)", "--no-database")
      }
      // What is left, to the last byte.
      _ = try Program.run(
        ["dd", "if=/dev/zero", "of=\(disk.appending("filler"))", "bs=512"])
      let result = try scene.run("prune", "--yes", "--now")
      #expect([0, 3].contains(result.code), "\(result)")
      let names = try FileTree.list(disk.appending("store/manifests")).map(\.description)
      #expect(names == ["\(ids[2]).json"])
      #expect(try Store.open(at: disk.appending("store")).totalByteCount() < 1_000_000)
      try FileTree.remove(disk.appending("filler"))
      try scene.checkpoint("verify", "--all")
    }
  }

  @Test("the process in the background prunes incremental checkpoints once a day, and says so in the log")
  func background() throws {
    let scene = try scene()
    let ids = try take(4, scene)
    try set("incremental.keepLast", "2", scene)
    try scene.checkpoint("worker")
    #expect(try remaining(scene).count == 4, "the store is new")
    try Program.run(["touch", "-d", "2 days ago", scene.store.appending("format")]).succeeded()
    try scene.checkpoint("worker")
    #expect(try remaining(scene) == Set(ids[2...]))
    #expect(try scene.checkpoint("log").text.contains("prune"))
    try set("incremental.keepLast", "1", scene)
    try scene.checkpoint("worker")
    #expect(try remaining(scene).count == 2, "it was done today")
    try Program.run(["touch", "-d", "2 days ago", scene.store.appending("pruned")]).succeeded()
    try set("prune", "off", scene)
    try scene.checkpoint("worker")
    #expect(try remaining(scene).count == 2)
  }

  @Test("pruning by hand counts for the day, unless nothing or other kinds were pruned")
  func stamp() throws {
    let scene = try scene()
    _ = try take(3, scene)
    let stamp = scene.store.appending("pruned")
    func isFresh() throws -> Bool {
      try SystemClock().now().secondsSinceEpoch - (FileTree.status(stamp)?.modified.tv_sec ?? 0) < 3600
    }
    try scene.checkpoint("prune", "--dry-run")
    try scene.checkpoint("prune", "--yes", "--kind", "full")
    #expect(try !isFresh())
    // Nothing is to be removed.
    try scene.checkpoint("prune", "--yes")
    #expect(try isFresh())
    try Program.run(["touch", "-d", "2 days ago", stamp]).succeeded()
    try set("incremental.keepLast", "2", scene)
    try scene.checkpoint("prune", "--yes")
    #expect(try remaining(scene).count == 2 && isFresh())
  }
}
