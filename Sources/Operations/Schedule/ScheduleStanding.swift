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

    init(
      _ job: ScheduledJob, _ time: ScheduleTime, jitter: Int, began: Timestamp?, installedAt: Timestamp,
      now: Timestamp
    ) {
      (self.job, self.time, self.began) = (job, time, began)
      next = time.next(after: now)
      missed = ScheduleStanding.missed(
        time, since: began, installedAt: installedAt, now: now, patience: ScheduleStanding.patience + jitter)
    }
  }

  /// Seconds after which a job that has not begun is missed. When clocks are put forward, cron begins what falls into the gap by so much
  /// earlier.
  private static let patience = 3600

  /// When a job should have begun, if it has not.
  /// - Parameters:
  ///   - last: when it began last; a time in the future says nothing.
  ///   - installedAt: what was due before is not missed.
  static func missed(
    _ time: ScheduleTime, since last: Timestamp?, installedAt: Timestamp, now: Timestamp, patience: Int = 0
  ) -> Timestamp? {
    let late = Timestamp(millisecondsSinceEpoch: now.millisecondsSinceEpoch - patience * 1000)
    guard let due = time.last(until: late), due > installedAt else { return nil }
    guard let last, last <= now else { return due }
    return last.secondsSinceEpoch < due.secondsSinceEpoch - min(Self.patience, patience + 60) ? due : nil
  }

  package let keeper: ScheduleNote.Keeper
  package let place: Place
  /// What its lines call and is gone: the working tree, the script or the program.
  package let lost: BytePath?
  package let jobs: [Job]
  /// Whether the settings say something else by now.
  package let isOutdated: Bool
}

extension ScheduleStanding {
  /// Whether all that was installed is there and runs.
  package var isWell: Bool { place != .gone && lost == nil && jobs.allSatisfy { $0.missed == nil } }
}
