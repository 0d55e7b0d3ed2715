// Rules for Prometheus over `BackupMetrics`: what the user should be told of, and when.

import Checkpoints
import FileSystem

package struct AlertRules {
  private struct Rule {
    var name: String
    var expression: String
    var severity: String
    var summary: String
  }

  /// Goals that a user cannot set are in the rules, the others in the metrics of each project.
  private let goals = BackupGoals()

  package init() {}

  private var rules: [Rule] {
    // Machines that are scraped have the label instance; projects on several may have the same path.
    let goal = "on (project, instance, job) group_left ()"
    let age = "(time() - max without (kind) (backup_last_success_timestamp))"
    let proven = "unless on (project, instance) backup_last_proof_timestamp"
    return [
      Rule(
        name: "BackupMissing", expression: "\(age) > \(goal) backup_rpo_seconds", severity: "critical",
        summary: "the newest checkpoint of {{ $labels.project }} is {{ $value | humanizeDuration }} old"),
      Rule(
        name: "BackupNone",
        expression: "backup_metrics_timestamp unless on (project, instance) backup_last_success_timestamp",
        severity: "critical", summary: "{{ $labels.project }} has no checkpoint that is sound"),
      Rule(
        name: "BackupMetricsAbsent",
        expression: "absent(backup_last_success_timestamp) unless on () backup_metrics_timestamp",
        severity: "critical", summary: "no metrics of any project arrive"),
      Rule(
        name: "BackupMetricsStale",
        expression: "(time() - backup_metrics_timestamp) > \(goal) backup_rpo_seconds", severity: "critical",
        summary: "metrics of {{ $labels.project }} are {{ $value | humanizeDuration }} old"),
      Rule(
        name: "BackupFailed", expression: "backup_last_status == 0", severity: "warning",
        summary: "the last {{ $labels.kind }} checkpoint of {{ $labels.project }} failed"),
      Rule(
        name: "BackupWorkFailed", expression: "backup_background_failures > 0", severity: "warning",
        summary: "work in the background of {{ $labels.project }} failed: checkpoint status"),
      Rule(
        name: "BackupTooSmall",
        expression: "backup_size_bytes < 0.1 * backup_previous_size_bytes", severity: "critical",
        summary:
          "{{ $labels.database }} of {{ $labels.project }} is less than a tenth of what it was in the {{ $labels.kind }} checkpoint before"
      ),
      Rule(
        name: "BackupDamaged", expression: "backup_damaged_checkpoints > 0", severity: "critical",
        summary: "{{ $value }} checkpoints of {{ $labels.project }} are damaged or do not restore"),
      Rule(
        name: "BackupUnproven",
        // A project that was never proven has no such time, and neither has one without a database.
        expression:
          "(time() - backup_last_proof_timestamp) > \(goals.proofAge) or (max without (kind, type, database) (backup_size_bytes) \(proven))",
        severity: "warning", summary: "no database of {{ $labels.project }} was restored as a trial lately"),
      Rule(
        name: "BackupRestoreSlow",
        expression: "backup_restore_seconds > on (project, instance, job) backup_rto_seconds",
        severity: "warning",
        summary: "restoring {{ $labels.project }} took {{ $value | humanizeDuration }}, longer than it may"),
      Rule(
        name: "BackupRehearsalFailed", expression: "backup_last_rehearsal_status == 0",
        severity: "warning", summary: "the last rehearsal of a rollback of {{ $labels.project }} failed"),
      Rule(
        name: "BackupDiskFull",
        // What fell and is as it was again is over, although the line through the day still falls. What is full falls no more.
        expression:
          "backup_disk_free_bytes < 0.01 * backup_disk_size_bytes or (backup_disk_free_bytes < avg_over_time(backup_disk_free_bytes[1d])"
          + " and predict_linear(backup_disk_free_bytes[1d], \(BackupGoals.day * goals.diskDays)) < 0)",
        severity: "warning",
        summary:
          "the disk of the checkpoints of {{ $labels.project }} is full, or will be within \(goals.diskDays) days"
      ),
      Rule(
        name: "BackupClock",
        expression: "backup_future_checkpoints > 0 or backup_metrics_timestamp - time() > 3600",
        severity: "warning",
        summary:
          "{{ $labels.project }} has checkpoints or metrics from the future: a clock is wrong, or was when they were taken"
      ),
      Rule(
        name: "BackupInterrupted", expression: "backup_pending_operation == 1", severity: "warning",
        summary:
          "an operation on {{ $labels.project }} was interrupted: checkpoint rollback --continue or --abort"),
    ]
  }

  /// YAML, as `rule_files` of Prometheus takes it.
  package var text: String {
    rules.reduce(into: "groups:\n- name: checkpoint\n  rules:\n") { out, rule in
      out += """
          - alert: \(rule.name)
            expr: \(Self.quoted(rule.expression))
            labels:
              severity: \(rule.severity)
            annotations:
              summary: \(Self.quoted(rule.summary))

        """
    }
  }

  private static func quoted(_ text: String) -> String { "'\(text.substituting("'", with: "''"))'" }
}
