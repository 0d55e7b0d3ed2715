// The source of the current time, which tests replace.

import Glibc

package protocol Clock: Sendable {
  func now() -> Timestamp
}

/// The system's clock is set to a time that cannot be recorded: it could not be read again, or would sort wrongly.
package struct UnusableClock: Error, CustomStringConvertible {
  let time: Timestamp

  package var description: String {
    let isEarly = time.millisecondsSinceEpoch < 0
    return
      "the system's clock says \(time.shown), and a time \(isEarly ? "before 1970" : "after 9999") cannot be recorded"
  }
}

extension Clock {
  /// - Throws: `UnusableClock` before 1970 and after 9999.
  package func requireUsable() throws {
    let now = now()
    if now < Timestamp(millisecondsSinceEpoch: 0) || now > Timestamp.last { throw UnusableClock(time: now) }
  }
}

package struct SystemClock: Clock {
  package init() {}

  package func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(millisecondsSinceEpoch: Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000)
  }
}
