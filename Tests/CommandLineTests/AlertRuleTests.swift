// A day of failures, evaluated by Prometheus: which alerts fire, and that each is taken back after recovery.

import Checkpoints
import FileSystem
import TestSupport
import Testing

@testable import Monitoring

@Suite(
  "Rules for alerts",
  .enabled(if: PrometheusPrograms.directory != nil, Comment(rawValue: PrometheusPrograms.whyNot)))
struct AlertRuleTests {
  /// Metrics by the hour, in promtool's notation, of a project that is well for two months: times grow with the time itself,
  /// which begins at 0.
  private static let well = [
    #"backup_last_success_timestamp{kind="full",type="postgresql",database="main"}"#: "0+3600x1500",
    #"backup_last_status{kind="full"}"#: "1+0x1500",
    #"backup_size_bytes{kind="full",type="postgresql",database="main"}"#: "100+0x1500",
    #"backup_previous_size_bytes{kind="full",type="postgresql",database="main"}"#: "100+0x1500",
    "backup_damaged_checkpoints{}": "0+0x1500",
    "backup_last_proof_timestamp{}": "0+3600x1500",
    "backup_last_rehearsal_status{}": "1+0x1500",
    "backup_disk_free_bytes{}": "1000000+0x1500", "backup_disk_size_bytes{}": "9000000+0x1500",
    "backup_pending_operation{}": "0+0x1500",
    "backup_metrics_timestamp{}": "0+3600x1500", "backup_future_checkpoints{}": "0+0x1500",
    "backup_background_failures{}": "0+0x1500", "backup_rpo_seconds{}": "90000+0x1500",
    "backup_rto_seconds{}": "300+0x1500", "backup_restore_seconds{}": "1+0x1500",
  ]

  struct Failure: CustomTestStringConvertible {
    var name: String
    /// The metrics that differ, by the beginning of their names; nil for one that is not there.
    var metrics: [String: String?] = [:]
    /// The hour, and the alerts that fire then.
    var alerts: [(hour: Int, names: [String])]

    var testDescription: String { name }
  }

  /// The failures last from hour 10 to hour 40, unless more is needed.
  static let failures: [Failure] = [
    Failure(name: "none", alerts: [(0, []), (24, []), (48, []), (1400, [])]),
    Failure(
      name: "the server is gone",
      metrics: [
        "backup_last_success": "0+3600x10 36000+0x29 144000+3600x100",
        "backup_last_status": "1+0x10 0+0x29 1+0x100",
      ],
      alerts: [
        (10, []), (12, ["BackupFailed"]), (36, ["BackupFailed", "BackupMissing"]), (41, []),
      ]),
    Failure(
      name: "the disk fills up", metrics: ["backup_disk_free": "1000000+0x10 1000000-20000x29 1000000+0x100"],
      alerts: [(9, []), (30, ["BackupDiskFull"]), (41, []), (70, [])]),
    Failure(
      name: "the disk is full, and stays so",
      metrics: ["backup_disk_free": "1000000+0x10 8000+0x59 1000000+0x100"],
      alerts: [
        (9, []), (11, ["BackupDiskFull"]), (40, ["BackupDiskFull"]), (69, ["BackupDiskFull"]), (71, []),
        (75, []),
      ]),
    Failure(
      name: "a proof fails", metrics: ["backup_damaged": "0+0x10 1+0x29 0+0x100"],
      alerts: [(9, []), (20, ["BackupDamaged"]), (41, [])]),
    Failure(
      name: "nothing is proven for a month",
      metrics: ["backup_last_proof": "0+3600x10 36000+0x759 2772000+3600x100"],
      alerts: [(500, []), (760, ["BackupUnproven"]), (771, [])]),
    Failure(
      name: "nothing was ever proven", metrics: ["backup_last_proof": nil], alerts: [(1, ["BackupUnproven"])]),
    Failure(
      name: "a project without a database",
      metrics: ["backup_last_proof": nil, "backup_size": nil, "backup_previous": nil], alerts: [(1, [])]),
    Failure(
      name: "the schedule is dead",
      metrics: [
        "backup_last_success": "0+3600x10 36000+0x29 144000+3600x100",
        "backup_metrics": "0+3600x10 36000+0x29 144000+3600x100",
      ], alerts: [(20, []), (36, ["BackupMetricsStale", "BackupMissing"]), (41, [])]),
    Failure(
      name: "metrics do not arrive",
      // What has gone stale is no value any more.
      metrics: [
        "backup_last_success": "0+3600x10 _x29 144000+3600x100",
        "backup_metrics": "0+3600x10 _x29 144000+3600x100",
        "backup_last_proof": "0+3600x10 _x29 144000+3600x100", "backup_size": nil, "backup_previous": nil,
      ],
      alerts: [(9, []), (20, ["BackupMetricsAbsent"]), (41, [])]),
    Failure(
      name: "a clock is a year ahead for an hour", metrics: ["backup_future": "0+0x9 1 0+0x100"],
      alerts: [(9, []), (10, ["BackupClock"]), (11, [])]),
    Failure(
      name: "metrics are from the future", metrics: ["backup_metrics": "0+3600x9 31600000 39600+3600x100"],
      alerts: [(9, []), (10, ["BackupClock"]), (11, [])]),
    Failure(
      name: "all checkpoints are gone", metrics: ["backup_last_success": "0+3600x10 _x29 144000+3600x100"],
      alerts: [(9, []), (20, ["BackupNone"]), (41, [])]),
    Failure(
      name: "work in the background fails", metrics: ["backup_background": "0+0x10 1+0x29 0+0x100"],
      alerts: [(9, []), (20, ["BackupWorkFailed"]), (41, [])]),
    Failure(
      name: "restoring takes too long", metrics: ["backup_restore": "1+0x10 400+0x29 1+0x100"],
      alerts: [(9, []), (20, ["BackupRestoreSlow"]), (41, [])]),
    Failure(
      name: "a project with a goal of its own",
      metrics: ["backup_last_success": "0+3600x10 36000+0x29 144000+3600x100", "backup_rpo": "7200+0x1500"],
      alerts: [(11, []), (14, ["BackupMissing"]), (41, [])]),
    Failure(
      name: "a database is suddenly empty",
      metrics: ["backup_size": "100+0x10 5+0x100", "backup_previous": "100+0x34 5+0x76"],
      alerts: [(9, []), (20, ["BackupTooSmall"]), (41, [])]),
    Failure(
      name: "a rehearsal fails", metrics: ["backup_last_rehearsal": "1+0x10 0+0x29 1+0x100"],
      alerts: [(9, []), (20, ["BackupRehearsalFailed"]), (41, [])]),
    Failure(
      name: "a rollback is interrupted", metrics: ["backup_pending": "0+0x10 1+0x29 0+0x100"],
      alerts: [(9, []), (20, ["BackupInterrupted"]), (41, [])]),
  ]

  @Test("a failure raises its alerts and no other, and they are taken back", arguments: failures)
  func alerts(failure: Failure) throws {
    let directory = try TemporaryDirectory()
    try TemporaryDirectory.write(
      directory.appending("rules.yml"), Array(AlertRules().text.utf8), permissions: 0o644)
    let test = directory.appending("test.yml")
    try TemporaryDirectory.write(test, Array(text(of: failure).utf8), permissions: 0o644)
    let result = try PrometheusPrograms.promtool(["test", "rules", test])
    #expect(result.code == 0, "\(result)")
  }

  /// A test of promtool's, which compares the whole set of alerts.
  private func text(of failure: Failure) -> String {
    var text = """
      rule_files: [rules.yml]
      evaluation_interval: 1h
      tests:
      - interval: 1h
        input_series:

      """
    for (series, usual) in Self.well.sorted(by: { $0.key < $1.key }) {
      let chosen = failure.metrics.first { series.hasPrefix($0.key) }
      guard let values = chosen.map(\.value) ?? usual else { continue }
      let labelled = series.replacing("{", with: #"{project="/srv/shop","#).replacing(",}", with: "}")
      text += "  - series: '\(labelled)'\n    values: '\(values)'\n"
    }
    text += "  promql_expr_test:\n"
    for (hour, names) in failure.alerts {
      text += """
          - expr: count by (alertname) (ALERTS{alertstate="firing"})
            eval_time: \(hour)h
            exp_samples: [\(names.map { "{labels: '{alertname=\"\($0)\"}', value: 1}" }.joined(separator: ", "))]

        """
    }
    return text
  }
}
