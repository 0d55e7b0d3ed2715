// Asking a server to cancel a statement. libpq does that over a connection of its own and waits for its end without any
// limit, so it is done on a thread of its own: a server that does not answer there holds up no other thread.

import CPostgres
import FileSystem
import Glibc
import Synchronization

/// libpq allows its use from any thread, which the compiler cannot know: hence `@unchecked Sendable`.
final class Cancellation: @unchecked Sendable {
  private let canceller: OpaquePointer?
  private struct State {
    /// Requests that the server has not taken yet.
    var underWay = 0
    var time: Double?
  }
  private let state = Mutex(State())

  init(_ handle: OpaquePointer) { canceller = PQgetCancel(handle) }

  deinit { PQfreeCancel(canceller) }

  /// When the present statement was asked to end.
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

  /// Before the next statement: a request that is still under way would end that one.
  /// - Returns: false if the server does not take it.
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
