// Values that another thread makes in advance.

import Synchronization

/// Values that another thread makes in advance, in order, at most a few of them.
package final class Conveyor<Value: Sendable>: Sendable {
  private struct State {
    var ready: [Value] = []
    var failure: (any Error)?
    var isDone = false
    var isStopped = false
  }

  private struct Stopped: Error {}

  private let state = Mutex(State())
  private let changed = Condition()
  private let ahead: Int

  /// - Parameters:
  ///   - ahead: how many values may wait to be taken.
  ///   - make: runs on the other thread, and passes each value to `give`.
  package init(ahead: Int, _ make: @escaping @Sendable (_ give: (Value) throws -> Void) throws -> Void) {
    self.ahead = ahead
    Threads.detach { [self] in
      let outcome = Result { try make(give) }
      state.withLock { state in
        if case .failure(let error) = outcome { state.failure = error }
        state.isDone = true
      }
      changed.signalAll()
    }
  }

  private func give(_ value: Value) throws {
    let isTaken = changed.wait {
      state.withLock { state -> Bool? in
        if state.isStopped { return false }
        if state.ready.count >= ahead { return nil }
        state.ready.append(value)
        return true
      }
    }
    changed.signalAll()
    if !isTaken { throw Stopped() }
  }

  /// Waits for the next value; nil after the last one.
  package func next() throws -> Value? {
    let found: Result<Value?, any Error> = changed.wait {
      state.withLock { state in
        if !state.ready.isEmpty { return .success(state.ready.removeFirst()) }
        guard state.isDone else { return nil }
        return state.failure.map { .failure($0) } ?? .success(nil)
      }
    }
    changed.signalAll()
    return try found.get()
  }

  /// Drops what is left, and waits until the other thread has ended.
  package func stop() {
    state.withLock { state in
      state.isStopped = true
      state.ready = []
    }
    changed.signalAll()
    changed.wait { state.withLock { $0.isDone ? () : nil } }
  }
}
