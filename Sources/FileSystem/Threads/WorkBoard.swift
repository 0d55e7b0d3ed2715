// Work for several threads that makes more work.

import Synchronization

/// Pieces of work that can add more work: `next` waits while another thread may still add some.
package final class WorkBoard<Item: Sendable>: Sendable {
  private struct State {
    var waiting: [Item]
    var active = 0
    var isStopped = false
  }

  private let state: Mutex<State>
  private let changed = Condition()

  package init(_ items: [Item]) { state = Mutex(State(waiting: items)) }

  /// The first waiting piece; nil if everything is done or `stop` was called. `finish` must be called for each piece.
  package func next() -> Item? {
    changed.wait {
      state.withLock { state -> Item?? in
        if state.isStopped || (state.waiting.isEmpty && state.active == 0) { return .some(nil) }
        if state.waiting.isEmpty { return nil }
        state.active += 1
        return state.waiting.removeFirst()
      }
    }
  }

  /// Marks a piece as done. The work that it adds comes after everything else that waits.
  package func finish(adding items: [Item] = []) {
    state.withLock { state in
      state.active -= 1
      state.waiting += items
    }
    changed.signalAll()
  }

  /// Drops the rest, because a thread has failed.
  package func stop() {
    state.withLock { $0.isStopped = true }
    changed.signalAll()
  }
}
