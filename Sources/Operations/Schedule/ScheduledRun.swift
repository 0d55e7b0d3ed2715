// What a clock begins, and how.

import Checkpoints

package struct ScheduledRun: Sendable {
  package var job: ScheduledJob
  /// Waits up to so many seconds, by chance, before it begins.
  package var jitter = 0
  /// Runs only if the last time for it has passed without it.
  package var isCatchingUp = false

  package init(_ job: ScheduledJob) { self.job = job }
}
