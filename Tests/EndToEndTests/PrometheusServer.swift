// Debian's Prometheus, which scrapes a directory of textfiles through the node exporter and evaluates rules, all on loopback.

import FileSystem
import TestSupport

final class PrometheusServer {
  private let directory: TemporaryDirectory
  private let exporter: RunningProgram
  private let server: RunningProgram
  private let address: String

  /// - Parameters:
  ///   - textfiles: holds `*.prom`.
  ///   - rules: the text of a file of rules.
  init(textfiles: BytePath, rules: [UInt8]) throws {
    guard let programs = PrometheusPrograms.directory, let exporters = PrometheusPrograms.exporterDirectory
    else {
      throw ProgramFailure(PrometheusPrograms.whyNot)
    }
    directory = try TemporaryDirectory()
    exporter = try Program.start(
      [
        exporters.appending("prometheus-node-exporter"), "--web.listen-address=127.0.0.1:0",
        "--web.disable-exporter-metrics",
        "--collector.disable-defaults", "--collector.textfile",
        BytePath("--collector.textfile.directory=\(textfiles)"),
      ], environment: [:], directory: directory.path)
    let scraped = try Self.address(of: exporter)
    try TemporaryDirectory.write(directory.appending("rules.yml"), rules, permissions: 0o644)
    let configuration = """
      global: {scrape_interval: 1s, evaluation_interval: 1s}
      rule_files: [rules.yml]
      scrape_configs: [{job_name: node, static_configs: [{targets: ['\(scraped)']}]}]
      """
    try TemporaryDirectory.write(
      directory.appending("prometheus.yml"), Array(configuration.utf8), permissions: 0o644)
    server = try Program.start(
      [
        programs.appending("prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data",
        "--web.listen-address=127.0.0.1:0",
      ], environment: [:], directory: directory.path)
    address = try Self.address(of: server)
  }

  /// As its log says, because the kernel chose the port.
  private static func address(of program: RunningProgram) throws -> String {
    let line = try program.waitForLine(with: "msg=\"Listening on\"")
    guard let word = line.split(separator: " ").last(where: { $0.hasPrefix("address=") }) else {
      throw ProgramFailure("no address in “\(line)”")
    }
    return String(word.dropFirst("address=".count))
  }

  /// The values that the expression has now.
  func query(_ expression: String) throws -> [JSONValue] {
    let answer = try Program.run([
      "curl", "-sS", "--max-time", "20", "--get", "--data-urlencode", BytePath("query=\(expression)"),
      BytePath("http://\(address)/api/v1/query"),
    ]).succeeded()
    let document = try answer.json()
    guard document["status"] == .string("success"), case .array(let values)? = document["data"]?["result"]
    else {
      throw ProgramFailure("\(expression): \(answer.text)")
    }
    return values
  }

  /// Asks until there is a value.
  func waitForValue(of expression: String, limit: Double = 60) throws {
    let deadline = MonotonicTime.now + limit
    while try query(expression).isEmpty {
      if MonotonicTime.now > deadline { throw ProgramFailure("\(expression) has no value") }
    }
  }
}
