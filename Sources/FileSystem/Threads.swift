// Threads of our own for calls into C that block, which must not sit on Swift's cooperative pool.

import Glibc
import Synchronization

package enum Threads {
  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Box(body)).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context)
    if code != 0 {
      Unmanaged<Box>.fromOpaque(context).release()
      return nil
    }
    return thread
  }

  /// Runs `body` on a thread that nobody waits for.
  package static func detach(_ body: @escaping @Sendable () -> Void) {
    if let thread = start(body) { pthread_detach(thread) }
  }

  /// Runs all bodies side by side and waits for every one; then throws the first error that came up.
  /// The last body runs on the calling thread.
  package static func concurrently(_ bodies: [@Sendable () throws -> Void]) throws {
    let failure = Mutex<(any Error)?>(nil)
    let guarded = bodies.map { body in
      { @Sendable in
        do { try body() } catch {
          failure.withLock { if $0 == nil || $0 is Interrupted { $0 = error } }
        }
      }
    }
    var threads: [pthread_t] = []
    for body in guarded.dropLast() {
      if let thread = start(body) { threads.append(thread) } else { body() }
    }
    guarded.last?()
    for thread in threads { pthread_join(thread, nil) }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

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

/// A value made on another thread, waited for where it is needed.
package final class Pending<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let done = DispatchedEvent()

  package init(_ body: @escaping @Sendable () throws -> Value) {
    Threads.detach { [self] in
      let outcome = Result { try body() }
      result.withLock { $0 = outcome }
      done.signal()
    }
  }

  package func get() throws -> Value {
    done.wait()
    guard let outcome = result.withLock({ $0 }) else { preconditionFailure("signalled without a result") }
    return try outcome.get()
  }
}

/// A gate that opens once.
final class DispatchedEvent: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var isOpen = false

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

  func signal() {
    pthread_mutex_lock(mutex)
    isOpen = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  func wait() {
    pthread_mutex_lock(mutex)
    while !isOpen { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
  }
}
