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
      replaced whole, so that no reader sees half of it. The label project is the path of the
      repository. --alerts prints rules for Prometheus, the same for all projects: no checkpoint for longer
      than the setting rpo (25 h), none at all, no metrics, a failed one, a database that is suddenly a
      tenth, damage, nothing proven for 31 days, a rehearsal that failed or took longer than rto, a disk
      that is full within a week, a clock that is wrong, an interrupted operation.
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
      Console.document(AlertRules().text)
      return .done
    }
    let (standing, goals) = (try session.backupStanding(), try BackupGoals(session.project.settings))
    let project = name(of: session.project)
    let text = BackupMetrics.text(standing, goals, project: project)
    guard let asked = invocation.value("--textfile") else {
      if invocation.console.isJSON {
        let metrics = BackupMetrics.all(standing, goals)
        try invocation.console.json(MetricsDocument(project: project, metrics: metrics))
      } else {
        Console.document(text)
      }
      return .done
    }
    try workspace.console.outcome("\(write(text, to: asked, workspace))")
    return .done
  }

  /// The same for all working trees of a repository, and another one for each repository of a machine.
  private static func name(of project: Project) -> String {
    let common = project.location.commonDirectory
    return "\(common.lastComponent == ".git" ? common.parent ?? common : common)"
  }

  private static func write(_ text: String, to asked: String, _ workspace: Workspace) throws -> BytePath {
    if asked.isEmpty { throw UsageError(description: "--textfile needs the name of a file") }
    let path = try workspace.path(asked)
    if !path.bytes.suffix(5).elementsEqual(".prom".utf8) {
      workspace.console.warning("the node exporter reads only files whose names end with .prom")
    }
    let parent = path.parent ?? "."
    guard try FileTree.status(parent)?.kind == .directory else { throw OutputProblem.noDirectory(parent) }
    if let present = try FileTree.status(path) {
      // Whatever else has that name is not ours to replace.
      let start = present.kind == .regular ? try FileTree.readAll(path).prefix(ours.utf8.count) : []
      guard present.byteCount == 0 && present.kind == .regular || start.elementsEqual(ours.utf8) else {
        throw Diagnostic(
          "\(path) holds no metrics of checkpoint, so it is not replaced",
          hints: ["give another name with --textfile"])
      }
    }
    try SystemFileOperations().replaceFile(path, with: Array(text.utf8), mode: 0o644)
    // The exporter is another user, whatever the umask says.
    try FileTree.setPermissions(path, 0o644)
    return path
  }

  private static let ours = "# HELP backup_"
}

private struct MetricsDocument: Encodable {
  var project: String
  var metrics: [Metric]
}
