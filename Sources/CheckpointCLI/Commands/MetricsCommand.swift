// `checkpoint metrics`: figures for Prometheus, and rules for its alerts.

import Checkpoints
import FileSystem
import Monitoring
import Operations

extension Command {
  static let metrics = Command(
    name: "metrics",
    summary: "print figures on the checkpoints in Prometheus' text format, or rules for alerts",
    details: """
      With --textfile they go to a file that the node exporter's textfile collector reads; the file is
      replaced whole, so that no reader sees half of it. The label project is the path of the working
      tree. --alerts prints rules for Prometheus: no checkpoint for longer than the setting rpo (25 h),
      no metrics, a failed one, a database that is suddenly a tenth, damage, nothing proven for 31 days,
      a rehearsal that failed, a disk that is full within a week, an interrupted operation.
      """,
    options: [
      .value(
        "--textfile", as: "PATH", .file, help: "write them to this file; its name should end with .prom"),
      .flag("--alerts", help: "print the rules instead, as YAML for rule_files"),
    ],
    examples: [
      "checkpoint metrics", "checkpoint metrics --textfile /var/lib/prometheus/node-exporter/checkpoint.prom",
      "checkpoint metrics --alerts",
    ],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    var session = workspace.session
    session.reportsFailures = false
    if invocation.has("--alerts") {
      if invocation.value("--textfile") != nil {
        throw UsageError(description: "--alerts and --textfile exclude each other")
      }
      if invocation.console.isJSON { throw UsageError(description: "--alerts prints YAML, and no JSON") }
      Console.document(AlertRules(try BackupGoals(session.project.settings)).text)
      return .done
    }
    let (standing, project) = (try session.backupStanding(), "\(session.worktree)")
    let text = BackupMetrics.text(standing, project: project)
    guard let asked = invocation.value("--textfile") else {
      if invocation.console.isJSON {
        try invocation.console.json(MetricsDocument(project: project, metrics: BackupMetrics.all(standing)))
      } else {
        Console.document(text)
      }
      return .done
    }
    let path = try workspace.path(asked)
    if !path.bytes.suffix(5).elementsEqual(".prom".utf8) {
      workspace.console.warning("the node exporter reads only files whose names end with .prom")
    }
    let parent = path.parent ?? "."
    if try FileTree.status(parent)?.kind == nil { throw OutputProblem.noDirectory(parent) }
    if let present = try FileTree.status(path), present.kind != .regular {
      throw OutputProblem.occupied(path)
    }
    // The exporter is another user.
    try SystemFileOperations().replaceFile(path, with: Array(text.utf8), mode: 0o644)
    try workspace.console.outcome("\(path)")
    return .done
  }
}

private struct MetricsDocument: Encodable {
  var project: String
  var metrics: [Metric]
}
