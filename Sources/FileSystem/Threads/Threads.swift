// Threads of our own, for calls into C that block: those must not occupy Swift's cooperative pool.

import Glibc
import Synchronization

package enum Threads {
  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// The new thread works for the operation that the present one works for.
  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let interruption = Interruption.current
    let context = Unmanaged.passRetained(Box { interruption.adopted(by: body) }).toOpaque()
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

  /// Runs `body` on a thread of its own, without waiting for it.
  package static func detach(_ body: @escaping @Sendable () -> Void) {
    if let thread = start(body) { pthread_detach(thread) }
  }

  /// Runs all bodies at the same time and waits for all of them. Then throws the first error that was not an
  /// interruption, or `Interrupted`. The last body runs on the calling thread.
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
