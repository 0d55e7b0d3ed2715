// `check` and `metrics`: what monitoring is told when all is well, when something is not, and when it is well again.

import FileSystem
import TestSupport
import Testing

@Suite("Monitoring")
struct MonitoringTests {
  private func scene(_ rights: PostgresServer.Rights? = nil) throws -> Scene {
    let scene = try Scene.small(rights)
    try scene.repository.git("config", "checkpoint.background", "false")
    return scene
  }

  /// The values of a metric by its labels but the project's.
  private func values(_ name: String, _ scene: Scene) throws -> [String: Double] {
    let lines = try scene.checkpoint("metrics").lines.filter { $0.hasPrefix(name + "{") }
    return try Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let end = try #require(line.lastIndex(of: "}"))
        let labels = line[line.index(line.startIndex, offsetBy: name.count + 1)..<end].split(separator: ",")
        let value = try #require(Double(line[line.index(after: end)...].drop { $0 == " " }))
        return (labels.filter { !$0.hasPrefix("project=") }.joined(separator: ","), value)
      })
  }

  private func program(_ scene: Scene, at time: String) throws -> CheckpointProgram {
    try scene.program.at(time, in: scene.directory.path)
  }

  private func check(_ scene: Scene, at time: String, _ words: BytePath...) throws -> ProgramResult {
    try program(scene, at: time).run(["check"] + words)
  }

  @Test("without a checkpoint it is critical, without a repository it is not known")
  func nothing() throws {
    let scene = try scene()
    let none = try scene.run("check")
    #expect(
      none.code == 2 && none.text.hasPrefix("CHECKPOINT CRITICAL: no checkpoint yet that is sound"), "\(none)"
    )
    #expect(!FileTree.exists(scene.store))
    var program = scene.program
    program.directory = scene.directory.path
    let unknown = try program.run(["check"])
    #expect(unknown.code == 3 && unknown.text.hasPrefix("CHECKPOINT UNKNOWN: "), "\(unknown)")
    let document = try program.run(["check", "--json"]).json()
    #expect(document["state"] == .string("UNKNOWN"))
    for words: [BytePath] in [["--warning", "soon"], ["--warning", "2h", "--critical", "1h"]] {
      let wrong = try scene.program.run(["check"] + words)
      #expect(wrong.code == 3 && wrong.text.hasPrefix("CHECKPOINT UNKNOWN: --"), "\(wrong)")
    }
  }

  @Test(
    "it grows old: a warning, then critical; by the setting rpo, and by options",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func age() throws {
    let scene = try scene()
    _ = try scene.take("full", "--no-database")
    #expect(try scene.run("check").code == 0)
    #expect(try check(scene, at: "+24h").code == 0)
    let old = try check(scene, at: "+26h")
    #expect(old.code == 1 && old.text.contains("last checkpoint 26 h ago, more than 25 h"), "\(old)")
    #expect(try check(scene, at: "+51h").code == 2)
    #expect(try check(scene, at: "+3h", "--warning", "2h", "--critical", "1d").code == 1)
    try scene.repository.git("config", "checkpoint.rpo", "1h")
    #expect(try check(scene, at: "+90m").code == 1)
    #expect(try check(scene, at: "+3h").code == 2)
    let future = try check(scene, at: "-2h")
    #expect(future.code == 2 && future.text.contains("1 checkpoint is from the future"), "\(future)")
  }

  @Test(
    "that nothing has changed since is a success as well, as long as that checkpoint is there",
    .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
  func unchanged() throws {
    let scene = try scene()
    let id = try scene.take("incremental", "--no-database")
    #expect(try check(scene, at: "+30h").code == 1)
    // As a hook leaves it in the log.
    let later = Timestamp(millisecondsSinceEpoch: SystemClock().now().millisecondsSinceEpoch + 29 * 3_600_000)
    let log = scene.store.appending("log/operations.jsonl")
    let entry =
      #"{"at":"\#(later.iso8601)","checkpoint":"\#(id)","kind":"incremental","operation":"hook pre-commit","result":"unchanged","seconds":0}"#
    try TemporaryDirectory.write(log, FileTree.readAll(log) + Array((entry + "\n").utf8))
    #expect(try check(scene, at: "+30h").code == 0)
    // A failure does not move it.
    var failing = try program(scene, at: "+30h")
    failing.environment["DATABASE_URL"] = "bad"
    #expect(try failing.run(["incremental"]).code != 0)
    let failed = try check(scene, at: "+31h")
    #expect(
      failed.code == 1 && failed.text.contains("last checkpoint 2 h ago")
        && failed.text.contains("the last incremental checkpoint failed"), "\(failed)")
    try scene.checkpoint("delete", "--yes", BytePath(id))
    #expect(try check(scene, at: "+31h").code == 2)
  }

  @Test("a server that is gone, a proof, damage: each is told, and taken back", .needsPostgreSQL)
  func troubles() throws {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.createDatabases, server: server)
    try scene.repository.git("config", "checkpoint.background", "false")
    let id = try scene.take("full")
    let unproven = try scene.run("check")
    #expect(unproven.code == 1 && unproven.text.contains("never proven to restore"), "\(unproven)")
    try scene.checkpoint("verify", "latest", "--restore")
    let good = try scene.run("check")
    #expect(good.code == 0 && good.text.contains("proven ") && good.text.contains("restores in "), "\(good)")
    let labels = #"kind="full",type="postgresql",database="main""#
    #expect(try values("backup_size_bytes", scene)[labels] ?? 0 > 1_000_000)
    #expect(try values("backup_last_status", scene) == [#"kind="full""#: 1])
    #expect(try values("backup_last_proof_timestamp", scene).count == 1)

    try server.stop()
    #expect(try scene.run("full").code != 0)
    #expect(try values("backup_last_status", scene) == [#"kind="full""#: 0])
    let gone = try scene.run("check")
    #expect(gone.code == 1 && gone.text.contains("the last full checkpoint failed"), "\(gone)")
    // The time of the last good one stays.
    #expect(try values("backup_last_success_timestamp", scene)[labels] != nil)
    try server.restart()
    _ = try scene.take("full")
    #expect(try values("backup_last_status", scene) == [#"kind="full""#: 1])
    #expect(try values("backup_checkpoints", scene) == [#"kind="full""#: 2])

    // Checkpoints without the database are none of it.
    let before = try values("backup_last_success_timestamp", scene)
    _ = try scene.take("full", "--no-database")
    #expect(try values("backup_last_success_timestamp", scene) == before)
    #expect(try values("backup_size_bytes", scene)[labels] != nil)

    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "postgresql", in: id)
    let chunk = try stock.file(stock.chunks(of: "public.people", in: document)[0])
    let bytes = try FileTree.readAll(chunk)
    try FileTree.remove(chunk)
    #expect(try scene.run("verify", "--all").code == 12)
    let damaged = try scene.run("check")
    #expect(damaged.code == 2 && damaged.text.contains("damaged"), "\(damaged)")
    try SystemFileOperations().replaceFile(chunk, with: bytes)
    try scene.checkpoint("verify", "--all")
    #expect(try scene.run("check").code == 0)
    #expect(try values("backup_damaged_checkpoints", scene) == ["": 0])
  }

  @Test("the textfile is replaced whole, others may read it, and a place that is missing is named")
  func textfile() throws {
    let scene = try scene()
    _ = try scene.take("full", "--no-database")
    let directory = scene.directory.path.appending("textfiles")
    let path = directory.appending("shop.prom")
    let missing = try scene.run("metrics", "--textfile", path)
    #expect(missing.code == 1 && missing.errorText.contains("\(directory)"), "\(missing)")
    try FileTree.makeDirectories(directory, mode: 0o755)
    for _ in 1...2 {
      #expect(try scene.checkpoint("metrics", "--textfile", path).line == "\(path)")
      #expect(try FileTree.status(path)?.permissions == 0o644)
      #expect(try FileTree.list(directory) == ["shop.prom"])
    }
    try FileTree.remove(path)
    let masked = BytePath("umask 077; exec '\(scene.program.binary)' metrics --textfile '\(path)'")
    var shell = scene.program
    shell.binary = "/bin/sh"
    try shell.run(["-c", masked]).succeeded()
    #expect(try FileTree.status(path)?.permissions == 0o644)
    let text = String(decoding: try FileTree.readAll(path), as: UTF8.self)
    #expect(text.contains(#"backup_last_success_timestamp{project="\#(scene.repository.top)",kind="full""#))
    let odd = try scene.checkpoint("metrics", "--textfile", directory.appending("shop.txt"))
    #expect(odd.errorText.contains(".prom"))
    for place in [directory, scene.repository.top.appending("a.txt")] {
      let refused = try scene.run("metrics", "--textfile", place)
      #expect(refused.code == 1 && refused.errorText.contains("holds no metrics of checkpoint"), "\(refused)")
    }
    #expect(try scene.run("metrics", "--textfile", "").code == 2)
    #expect(try scene.run("metrics", "--alerts", "--textfile", path).code == 2)
    let json = try scene.run("metrics", "--json").succeeded().json()
    #expect(json["metrics"]?[0]?["name"] == .string("backup_last_success_timestamp"))
  }

  @Test(
    "promtool finds nothing wrong with metrics and rules, whatever the project is called",
    .enabled(if: PrometheusPrograms.directory != nil, Comment(rawValue: PrometheusPrograms.whyNot)))
  func promtool() throws {
    let scene = try scene()
    let top = scene.directory.path.appending("a \"quoted\" \\ \u{202E}name")
    try FileTree.makeDirectories(top, mode: 0o755)
    var program = scene.program
    program.directory = top
    try Program.run(["git", "init", "-q", top]).succeeded()
    try program.run(["full", "--no-database"]).succeeded()
    for program in [program, scene.program] {
      let metrics = try program.run(["metrics"]).succeeded().output
      let checked = try PrometheusPrograms.promtool(["check", "metrics"], input: metrics)
      #expect(checked.code == 0 && checked.printed.isEmpty, "\(checked)")
    }
    let rules = scene.directory.path.appending("rules.yml")
    try TemporaryDirectory.write(
      rules, try scene.checkpoint("metrics", "--alerts").output, permissions: 0o644)
    let checked = try PrometheusPrograms.promtool(["check", "rules", rules])
    #expect(checked.code == 0 && checked.printed.contains("14 rules found"), "\(checked)")
  }
}
