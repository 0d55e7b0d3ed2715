// The program lives through a day of failures, and its own metrics of each hour are given to Prometheus: which alerts are raised.

import FileSystem
import TestSupport
import Testing

@Suite(
  "A day of failures", .needsPostgreSQL,
  .enabled(if: PrometheusPrograms.directory != nil, Comment(rawValue: PrometheusPrograms.whyNot)),
  .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)),
  .enabled(if: Faketime.isInstalled, Comment(rawValue: Faketime.whyNot)))
struct DayOfFailuresTests {
  /// The alerts that fire in an hour; none in all others.
  private static let alerts: [Int: [String]] = [
    // The server is gone for two hours.
    2: ["BackupFailed"], 3: ["BackupFailed"],
    // A proof fails, and succeeds when the contents are back.
    6: ["BackupDamaged"],
    // The schedule is dead from hour 8 on, and nothing older than three hours is accepted.
    11: ["BackupMetricsStale", "BackupMissing"],
    // The clock is a year ahead for an hour; what was taken then stays until it is deleted.
    14: ["BackupClock"], 15: ["BackupClock"],
    // The disk is full for an hour.
    20: ["BackupDiskFull", "BackupFailed"],
  ]

  /// The metrics of an hour, by name and labels.
  private typealias Hour = [String: Double]

  private func hour(_ scene: Scene, at time: String) throws -> Hour {
    let text = try scene.program.at(time, in: scene.directory.path).run(["metrics"]).succeeded().lines
    return try text.filter { !$0.hasPrefix("#") }.reduce(into: [:]) { found, line in
      let end = try #require(line.lastIndex(of: " "))
      found[String(line[..<end])] = Double(String(line[line.index(after: end)...]))
    }
  }

  @Test("each failure raises its alerts and no other, and they are taken back")
  func day() throws {
    let server = try PostgresServer.separate()
    let scene = try Scene.small(.createDatabases, server: server)
    for (key, value) in [("background", "false"), ("rpo", "3h")] {
      try scene.repository.git("config", BytePath("checkpoint.\(key)"), BytePath(value))
    }
    try FileTree.makeDirectories(scene.store, mode: 0o700)
    let start = SystemClock().now().secondsSinceEpoch
    let hours = try SmallFileSystem.with(at: scene.store, byteCount: 24 << 20) { disk in
      try FileTree.makeDirectories(disk.directory.appending(".git"), mode: 0o700)
      var damaged: (path: BytePath, bytes: [UInt8])?
      var hours: [Hour] = []
      for number in 0..<48 {
        let time = number == 14 ? "+\(number + 8760)h" : "+\(number)h"
        func run(_ words: BytePath...) throws -> Int32? {
          try scene.program.at(time, in: scene.directory.path).run(words).code
        }
        switch number {
        case 2: try server.stop()
        case 4: try server.restart()
        case 6:
          damaged = try damage(scene)
          #expect(try run("verify", "latest", "--restore") == 12)
        case 7:
          let (path, bytes) = try #require(damaged)
          try SystemFileOperations().replaceFile(path, with: bytes)
          #expect(try run("verify", "latest", "--restore") == 0)
        case 8...11:
          // Nothing is written.
          hours.append(hours[number - 1])
          continue
        case 16: #expect(try run("delete", "--yes", BytePath(newest(scene))) == 0)
        case 20: try disk.fill(leaving: 8 << 10)
        case 21: try disk.empty()
        default: break
        }
        let isDown = [2, 3, 20].contains(number)
        if ![6, 15].contains(number) { #expect(try (run("full") == 0) != isDown, "hour \(number)") }
        if number == 0 { #expect(try run("verify", "latest", "--restore") == 0) }
        hours.append(try hour(scene, at: time))
      }
      return hours
    }
    try evaluate(hours, start, scene)
  }

  /// The newest by its date, which is the one from the future.
  private func newest(_ scene: Scene) throws -> String {
    try #require(try scene.checkpoint("list", "--json").json().array?.last?["id"]?.string)
  }

  /// Takes a chunk of the newest checkpoint away.
  private func damage(_ scene: Scene) throws -> (BytePath, [UInt8]) {
    let stock = StockTools(store: scene.store)
    let document = try stock.document(ofSource: "postgresql", in: newest(scene))
    let path = try stock.file(stock.chunks(of: "public.people", in: document)[0])
    let bytes = try FileTree.readAll(path)
    try FileTree.remove(path)
    return (path, bytes)
  }

  /// A test of promtool's, whose time begins at 0.
  private func evaluate(_ hours: [Hour], _ start: Int, _ scene: Scene) throws {
    let directory = scene.directory.path
    var text = "rule_files: [rules.yml]\nevaluation_interval: 1h\ntests:\n- interval: 1h\n  input_series:\n"
    for series in Set(hours.flatMap(\.keys)).sorted() {
      let isTime = series.prefix { $0 != "{" }.hasSuffix("_timestamp")
      let values = hours.map { hour in
        hour[series].map { "\(isTime ? $0 - Double(start) : $0)" } ?? "_"
      }
      text += "  - series: '\(series)'\n    values: '\(values.joined(separator: " "))'\n"
    }
    text += "  promql_expr_test:\n"
    for hour in hours.indices {
      let names = Self.alerts[hour] ?? []
      let samples = names.map { "{labels: '{alertname=\"\($0)\"}', value: 1}" }.joined(separator: ", ")
      text +=
        "  - {expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})', eval_time: \(hour)h, exp_samples: [\(samples)]}\n"
    }
    let rules = try scene.checkpoint("metrics", "--alerts").output
    try TemporaryDirectory.write(directory.appending("rules.yml"), rules, permissions: 0o644)
    try TemporaryDirectory.write(directory.appending("test.yml"), Array(text.utf8), permissions: 0o644)
    let result = try PrometheusPrograms.promtool(["test", "rules", directory.appending("test.yml")])
    #expect(result.code == 0, "\(result)")
  }
}
