// Rules for Prometheus over `BackupMetrics`: what somebody should be told of, and when.

import Checkpoints

package struct AlertRules {
  private struct Rule {
    var name: String
    var expression: String
    var severity: String
    var summary: String
  }

  private let goals: BackupGoals

  package init(_ goals: BackupGoals) { self.goals = goals }

  private var rules: [Rule] {
    let age = "time() - max by (project) (backup_last_success_timestamp)"
    let proof = "time() - backup_last_proof_timestamp"
    return [
      Rule(
        name: "BackupMissing", expression: "\(age) > \(goals.age)", severity: "critical",
        summary: "{{ $labels.project }} has no checkpoint newer than {{ $value | humanizeDuration }}"),
      Rule(
        name: "BackupMetricsAbsent", expression: "absent(backup_last_success_timestamp)",
        severity: "critical", summary: "no project has a checkpoint, or no metrics arrive"),
      Rule(
        name: "BackupMetricsStale",
        expression: "time() - backup_metrics_timestamp > \(goals.age)", severity: "critical",
        summary: "metrics of {{ $labels.project }} are {{ $value | humanizeDuration }} old"),
      Rule(
        name: "BackupFailed", expression: "backup_last_status == 0", severity: "warning",
        summary: "the last {{ $labels.kind }} checkpoint of {{ $labels.project }} failed"),
      Rule(
        name: "BackupTooSmall",
        expression: "backup_size_bytes < 0.1 * backup_previous_size_bytes", severity: "critical",
        summary:
          "{{ $labels.database }} of {{ $labels.project }} is a tenth of what it was in the {{ $labels.kind }} checkpoint before"
      ),
      Rule(
        name: "BackupDamaged", expression: "backup_damaged_checkpoints > 0", severity: "critical",
        summary: "{{ $value }} checkpoints of {{ $labels.project }} are damaged or do not restore"),
      Rule(
        name: "BackupUnproven",
        // A project that was never proven has no such time, and neither has one without a database.
        expression:
          "\(proof) > \(goals.proofAge) or (max by (project) (backup_size_bytes) unless on (project) backup_last_proof_timestamp)",
        severity: "warning", summary: "no database of {{ $labels.project }} was restored as a trial lately"),
      Rule(
        name: "BackupRehearsalFailed", expression: "backup_last_rehearsal_status == 0",
        severity: "warning",
        summary: "the last rehearsal of a rollback of {{ $labels.project }} failed"),
      Rule(
        name: "BackupDiskFull",
        expression: "predict_linear(backup_disk_free_bytes[1d], \(BackupGoals.day * goals.diskDays)) < 0",
        severity: "warning",
        summary: "the disk of the checkpoints of {{ $labels.project }} is full within \(goals.diskDays) days"),
      Rule(
        name: "BackupClock",
        // As long as it is in the future, its age says nothing.
        expression:
          "max by (project) (backup_last_success_timestamp or backup_metrics_timestamp) - time() > 3600",
        severity: "warning",
        summary:
          "{{ $labels.project }} has a checkpoint or metrics from the future: a clock is wrong, or was when it was taken"
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

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
