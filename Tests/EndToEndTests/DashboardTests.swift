// The dashboard in docs: every query is answered by a Prometheus that scrapes what a project of ours wrote.

import FileSystem
import TestSupport
import Testing

@Suite(
  "Dashboard", .needsPostgreSQL,
  .enabled(if: PrometheusPrograms.exporterDirectory != nil, Comment(rawValue: PrometheusPrograms.whyNot)))
struct DashboardTests {
  private func dashboard() throws -> JSONValue {
    try JSONValue(parsing: FileTree.readAll(Page.root.appending("docs/grafana-dashboard.json")))
  }

  /// Of every panel, for all machines and projects.
  private static func expressions(in dashboard: JSONValue) -> [String] {
    (dashboard["panels"]?.array ?? []).flatMap { $0["targets"]?.array ?? [] }.compactMap { target in
      target["expr"]?.string?.replacing("$instance", with: ".*").replacing("$project", with: ".*")
    }
  }

  @Test("it shows every metric that there is, each panel has a place of its own, and its variables are there")
  func complete() throws {
    let dashboard = try dashboard()
    let text = Self.expressions(in: dashboard).joined(separator: "\n")
    let scene = try Scene.small()
    _ = try scene.take("full", "--no-database")
    try scene.checkpoint("remote", "add", "away", scene.directory.path.appending("away"))
    try scene.checkpoint("push")
    for line in try scene.checkpoint("metrics").lines where line.hasPrefix("# TYPE ") {
      let name = line.split(separator: " ")[2]
      #expect(text.contains("\(name){"), "\(name)")
    }
    var taken: Set<[Int]> = []
    for panel in dashboard["panels"]?.array ?? [] {
      let place = ["x", "y", "w", "h"].compactMap { panel["gridPos"]?[$0]?.number }
      #expect(place.count == 4 && place[0] + place[2] <= 24)
      guard place.count == 4 else { continue }
      for x in place[0]..<place[0] + place[2] {
        for y in place[1]..<place[1] + place[3] { #expect(taken.insert([x, y]).inserted, "\(x), \(y)") }
      }
    }
    let names = dashboard["templating"]?["list"]?.array?.compactMap { $0["name"]?.string }
    #expect(names == ["datasource", "instance", "project"])
  }

  @Test("each query has a value for a project that is well, and an alert is shown of one without checkpoints")
  func queries() throws {
    let scene = try Scene.small(.createDatabases)
    for (key, value) in [("background", "false"), ("rto", "5m"), ("retention.full.keepLast", "1")] {
      try scene.repository.git("config", BytePath("checkpoint.\(key)"), BytePath(value))
    }
    for _ in 1...3 { _ = try scene.take("full") }
    try scene.checkpoint("verify", "latest", "--restore")
    try scene.checkpoint("rehearse", "latest")
    try scene.checkpoint("prune", "--yes")
    try scene.checkpoint("remote", "add", "away", scene.directory.path.appending("away"))
    try scene.checkpoint("push")
    let textfiles = scene.directory.path.appending("textfiles")
    try FileTree.makeDirectories(textfiles, mode: 0o755)
    try scene.checkpoint("metrics", "--textfile", textfiles.appending("shop.prom"))
    // Another project, which has no checkpoint yet.
    try Scene.small().checkpoint("metrics", "--textfile", textfiles.appending("new.prom"))
    let server = try PrometheusServer(
      textfiles: textfiles, rules: try scene.checkpoint("metrics", "--alerts").output)
    for query in try Self.expressions(in: dashboard()) { try server.waitForValue(of: query) }
  }
}
