// A clock that shows the time that a test gives it, and a second more whenever the test says so.

import FileSystem
import Synchronization

package final class FixedClock: Clock {
  /// 2026-11-20 03:00:00 UTC
  package static let start = Timestamp(millisecondsSinceEpoch: 1_795_143_600_000)

  private let time: Mutex<Timestamp>

  package init(_ time: Timestamp = FixedClock.start) { self.time = Mutex(time) }

  package func now() -> Timestamp { time.withLock { $0 } }

  package func advance(seconds: Int) {
    time.withLock { $0 = Timestamp(millisecondsSinceEpoch: $0.millisecondsSinceEpoch + seconds * 1000) }
  }
}
