// Notices that wait until an operation holds no lock any more: a slow mail server must not keep others waiting.

import Synchronization

package final class NoticeQueue: Sendable {
  private let waiting = Mutex<[@Sendable () -> Void]>([])

  package init() {}

  /// - Parameter send: tells the user of something.
  package func add(_ send: @escaping @Sendable () -> Void) { waiting.withLock { $0.append(send) } }

  /// Sends what waits.
  package func send() {
    let notices = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for notice in notices { notice() }
  }
}
