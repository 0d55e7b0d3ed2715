// The standing as metrics. Their names and labels are used in the rules and dashboards of users, so they never change.

import Checkpoints
import FileSystem

package enum BackupMetrics {
  /// - Parameter project: the label by which the projects of a machine differ.
  package static func text(_ standing: BackupStanding, _ goals: BackupGoals, project: String) -> String {
    all(standing, goals).map { $0.text([(name: "project", value: project)]) }.joined()
  }

  private static func seconds(_ time: Timestamp?) -> Double? { time.map { Double($0.secondsSinceEpoch) } }

  /// Those whose value is known, and those that have none yet.
  package static func all(_ standing: BackupStanding, _ goals: BackupGoals) -> [Metric] {
    ofKinds(standing) + [
      Metric(
        "backup_rpo_seconds", "How old the newest checkpoint may be: checkpoint.rpo, or 25 hours.",
        Double(goals.age)),
      Metric(
        "backup_rto_seconds", "How long a restore may take: checkpoint.rto.",
        goals.restoreSeconds.map { Double($0) }),
      Metric(
        "backup_future_checkpoints", "Checkpoints that are dated in the future.",
        Double(standing.futureCount)),
      Metric(
        "backup_damaged_checkpoints",
        "Checkpoints that are damaged, do not restore or cannot be read, as far as that is known.",
        Double(standing.damagedCount)),
      Metric(
        "backup_last_proof_timestamp", "When databases of a checkpoint were last restored and found equal.",
        seconds(standing.provenAt)),
      Metric(
        "backup_last_rehearsal_timestamp", "When a rollback was last rehearsed.",
        seconds(standing.rehearsedAt)),
      Metric(
        "backup_last_rehearsal_status", "Whether everything came back in the last rehearsal: 1 or 0.",
        standing.isRehearsalGood.map { $0 ? 1 : 0 }),
      Metric(
        "backup_restore_seconds", "What restoring took in the last rehearsal, or in the last proof.",
        standing.restoreSeconds),
      Metric(
        "backup_last_prune_timestamp", "When pruning was last done, or begun in the background.",
        seconds(standing.prunedAt)),
      Metric(
        "backup_last_push_timestamp", "When a push to a remote last ended well.", seconds(standing.pushedAt)),
      Metric(
        "backup_trash_bytes", "Contents that nothing needs, as the last collection left them to be removed.",
        standing.trashBytes.map { Double($0) }),
      Metric(
        "backup_disk_free_bytes", "Free space on the disk of the store.",
        standing.freeBytes.map { Double($0) }),
      Metric(
        "backup_disk_size_bytes", "The size of that disk.", standing.diskBytes.map { Double($0) }),
      Metric(
        "backup_pending_operation", "Whether an operation was interrupted and waits to be taken up: 1 or 0.",
        standing.pending == nil ? 0 : 1),
      Metric(
        "backup_background_failures",
        "Kinds of work in the background that failed and have not succeeded since.",
        Double(standing.backgroundFailures.count)),
      Metric("backup_metrics_timestamp", "When these metrics were written.", seconds(standing.now)),
    ]
  }

  private static func ofKinds(_ standing: BackupStanding) -> [Metric] {
    func byKind(_ name: String, _ help: String, _ value: (BackupStanding.OfKind) -> Double?) -> Metric {
      Metric(
        name, help,
        standing.kinds.compactMap { kind in
          value(kind).map { .init(labels: [("kind", kind.kind.rawValue)], value: $0) }
        })
    }
    func bySource(
      _ name: String, _ help: String, _ value: (BackupStanding.OfKind, BackupStanding.Source) -> Double?
    ) -> Metric {
      Metric(
        name, help,
        standing.kinds.flatMap { kind in
          kind.sources.compactMap { source in
            value(kind, source).map {
              let labels = [
                (name: "kind", value: kind.kind.rawValue), ("type", source.type), ("database", source.name),
              ]
              return Metric.Sample(labels: labels, value: $0)
            }
          }
        })
    }
    /// A project without a database has its times, too, with empty labels.
    func times(_ name: String, _ help: String) -> Metric {
      if standing.hasSources { return bySource(name, help) { seconds($1.takenAt) } }
      let samples = standing.kinds.compactMap { kind in
        seconds(kind.lastSuccess).map {
          Metric.Sample(
            labels: [("kind", kind.kind.rawValue), ("type", ""), ("database", "")], value: $0)
        }
      }
      return Metric(name, help, samples)
    }
    return [
      times("backup_last_success_timestamp", "When the newest checkpoint of a kind that holds it was taken."),
      byKind("backup_last_status", "Whether the last attempt of a kind succeeded: 1 or 0.") {
        $0.failure == nil ? 1 : 0
      },
      bySource(
        "backup_size_bytes", "The size of a database on its server, in the newest checkpoint of a kind."
      ) { Double($1.byteCount) },
      bySource("backup_previous_size_bytes", "The same in the checkpoint of that kind before.") {
        $1.previousByteCount.map { Double($0) }
      },
      bySource("backup_duration_seconds", "What recording a database took.") { $1.seconds },
      byKind("backup_checkpoint_seconds", "What taking the newest checkpoint of a kind took.") { $0.seconds },
      byKind("backup_checkpoints", "Checkpoints by kind.") { Double($0.count) },
      byKind("backup_stored_bytes", "What the checkpoints of a kind added to the store when they were taken.")
      {
        Double($0.storedBytes)
      },
    ]
  }
}
