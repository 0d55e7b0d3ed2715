// A clock for durations and time limits.

import Glibc

package enum MonotonicTime {
  /// Seconds since some fixed moment; never goes back.
  package static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
