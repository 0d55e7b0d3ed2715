// Asks a server to cancel a statement. libpq does that over a second connection and waits for its end without any limit.
// So it is done on a thread of its own: a server that does not answer there blocks no other thread.

import CPostgres
import FileSystem
import Glibc
import Synchronization

/// `@unchecked Sendable`, because libpq allows its use from any thread, which the compiler cannot know.
final class Cancellation: @unchecked Sendable {
  private let canceller: OpaquePointer?
  private struct State {
    /// Requests that have not ended yet.
    var underWay = 0
    var time: Double?
  }
  private let state = Mutex(State())

  init(_ handle: OpaquePointer) { canceller = PQgetCancel(handle) }

  deinit { PQfreeCancel(canceller) }

  /// When the current statement was asked to end.
  var time: Double? { state.withLock { $0.time } }

  func request() {
    guard canceller != nil else { return }
    state.withLock { state in
      state.underWay += 1
      state.time = state.time ?? MonotonicTime.now
    }
    Threads.detach { [self] in
      var reason = [CChar](repeating: 0, count: 256)
      PQcancel(canceller, &reason, Int32(reason.count))
      state.withLock { $0.underWay -= 1 }
    }
  }

  /// Waits for requests that have not ended yet: they would cancel the next statement.
  /// - Returns: false if the server does not accept them in time.
  func settle(limit: Double) -> Bool {
    let start = MonotonicTime.now
    while state.withLock({ $0.underWay }) > 0 {
      if MonotonicTime.now - start > limit { return false }
      usleep(2_000)
    }
    state.withLock { $0.time = nil }
    return true
  }
}
