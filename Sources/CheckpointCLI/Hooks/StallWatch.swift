// Ends a process that nobody waits for, where nothing moves any more: a server that was stopped in the middle of a copy
// answers no question, and no signal reaches a thread that waits for it.

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

  /// - Parameter stalled: what is to be done before the process is ended.
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
