// Ends a background process that makes no more progress. A server that was stopped in the middle of a copy answers nothing, and
// no signal reaches a thread that waits for it.

import Checkpoints
import FileSystem
import Glibc
import Synchronization

final class StallWatch: ProgressReporter {
  /// Seconds.
  static let limit = 600.0

  private let reporter: any ProgressReporter
  private let stalled: @Sendable () -> Void
  private let last = Mutex(MonotonicTime.now)

  /// - Parameter stalled: called before the process is ended.
  init(_ reporter: any ProgressReporter, _ stalled: @escaping @Sendable () -> Void) {
    (self.reporter, self.stalled) = (reporter, stalled)
  }

  /// From now on something must move.
  func start() {
    note()
    Threads.detach { [self] in
      while MonotonicTime.now - last.withLock({ $0 }) < Self.limit { sleep(10) }
      stalled()
      _exit(ExitCode.failed.rawValue)
    }
  }

  private func note() { last.withLock { $0 = MonotonicTime.now } }

  func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) {
    note()
    reporter.update(activity, done: done, total: total, unit: unit)
  }

  func finish(_ activity: String) {
    note()
    reporter.finish(activity)
  }
}
