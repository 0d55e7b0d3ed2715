// Work for several threads that makes more work.

import Synchronization

/// Pieces of work that make more work: `next` waits while somebody may still add some.
package final class WorkBoard<Item: Sendable>: Sendable {
  private struct State {
    var waiting: [Item]
    var active = 0
    var isStopped = false
  }

  private let state: Mutex<State>
  private let changed = Condition()

  package init(_ items: [Item]) { state = Mutex(State(waiting: items)) }

  /// The first piece that waits; nil when all is done or `stop` was called. Each piece that was taken
  /// must be given to `finish`.
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

  /// A piece is done; what follows from it waits behind everything else.
  package func finish(adding items: [Item] = []) {
    state.withLock { state in
      state.active -= 1
      state.waiting += items
    }
    changed.signalAll()
  }

  /// Leaves the rest undone: a thread failed.
  package func stop() {
    state.withLock { $0.isStopped = true }
    changed.signalAll()
  }
}
