// How threads hand each other work and results.

import Glibc
import Synchronization

/// Pieces of work that several threads take one after another.
package final class WorkQueue<Item: Sendable>: Sendable {
  private let items: [Item]
  private let taken = Atomic<Int>(0)

  package init(_ items: [Item]) { self.items = items }

  package var count: Int { items.count }

  /// nil when everything is taken, or `stop` was called.
  package func next() -> Item? {
    let index = taken.add(1, ordering: .relaxed).oldValue
    return index < items.count ? items[index] : nil
  }

  /// Leaves the rest undone: another thread failed.
  package func stop() { taken.store(items.count, ordering: .relaxed) }
}

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

/// A value made on another thread, waited for where it is needed.
package final class Pending<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let done = Condition()

  package init(_ body: @escaping @Sendable () throws -> Value) {
    Threads.detach { [self] in
      let outcome = Result { try body() }
      result.withLock { $0 = outcome }
      done.signalAll()
    }
  }

  package func get() throws -> Value {
    try done.wait { result.withLock { $0 } }.get()
  }
}

/// Values that another thread makes ahead of whoever takes them, a few at a time, in order.
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
  ///   - ahead: values that wait at most.
  ///   - make: runs on the other thread, and gives each value to the closure that it gets.
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

  /// Waits for the next value; nil behind the last one.
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

  /// Nobody takes more; waits until the other thread is done.
  package func stop() {
    state.withLock { state in
      state.isStopped = true
      state.ready = []
    }
    changed.signalAll()
    changed.wait { state.withLock { $0.isDone ? () : nil } }
  }
}

/// Waiting for something that another thread changes. Unchecked, because the compiler cannot see that POSIX made
/// both pointers for sharing, and nothing else is stored.
final class Condition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Calls `attempt` now and after every signal, until it has a result.
  func wait<Result>(_ attempt: () -> Result?) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = attempt() { return result }
      pthread_cond_wait(condition, mutex)
    }
  }

  func signalAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
