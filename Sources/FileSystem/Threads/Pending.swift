// A value that another thread is making.

import Synchronization

/// A value that is made on another thread; `get` waits for it.
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
