// Whether the jobs that were installed are still where they were put, and run.

import Checkpoints
import FileSystem
import Scheduling

package struct ScheduleStanding: Sendable {
  package enum Place: String, Sendable, Encodable {
    case inPlace = "in place"
    /// The user has changed it by hand.
    case edited
    case gone
  }

  package struct Job: Sendable {
    package let job: ScheduledJob
    package let time: ScheduleTime
    /// When it began last; nil if it never did.
    package let began: Timestamp?
    package let next: Timestamp?
    /// When it should have begun, if it did not.
    package let missed: Timestamp?

    /// Seconds after which a job that has not begun is missed.
    private static let patience = 3600

    init(
      _ job: ScheduledJob, _ time: ScheduleTime, jitter: Int, began: Timestamp?, installedAt: Timestamp,
      now: Timestamp
    ) {
      (self.job, self.time, self.began) = (job, time, began)
      next = time.next(after: now)
      let late = Timestamp(
        millisecondsSinceEpoch: now.millisecondsSinceEpoch - (Self.patience + jitter) * 1000)
      // What was due before it was installed is not missed.
      let due = time.last(until: late).flatMap { $0 > installedAt ? $0 : nil }
      // A stamp has whole seconds.
      missed = due.flatMap { due in (began?.secondsSinceEpoch ?? 0) < due.secondsSinceEpoch ? due : nil }
    }
  }

  package let keeper: ScheduleNote.Keeper
  package let place: Place
  package let jobs: [Job]
  /// Whether the settings say something else by now.
  package let isOutdated: Bool
}

extension ScheduleStanding {
  /// Whether all that was installed is there and runs.
  package var isWell: Bool { place != .gone && jobs.allSatisfy { $0.missed == nil } }
}
