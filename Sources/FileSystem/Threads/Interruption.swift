// Ends an operation early, and in order: `request` marks it and calls the registered cancellers (end a child, cancel a query),
// so that blocked calls return and clean up. Each operation can have one of its own; otherwise it is the process's, which
// signals request.

import Glibc
import Synchronization

package final class Interruption: Sendable {
  /// The one of the whole process, which signals request.
  package static let ofProcess = Interruption()
  /// The one of the operation that this thread works for, if it has one of its own.
  @TaskLocal private static var ofOperation: Interruption?

  package static var current: Interruption { ofOperation ?? ofProcess }

  private let requested = Atomic<Bool>(false)
  private let hurried = Atomic<Bool>(false)
  private let shields = Atomic<Int>(0)
  private let cancellers = Mutex<(next: Int, actions: [Int: Canceller])>((0, [:]))

  private struct Canceller {
    var cancel: @Sendable () -> Void
    var isHeldBack: Bool
  }

  package init() {}

  // MARK: Asking for it

  /// Asks the operation to end. May be called from any thread, and more than once.
  package func request() {
    requested.store(true, ordering: .relaxed)
    let isShielded = shields.load(ordering: .relaxed) > 0
    let found = cancellers.withLock { Array($0.actions.values) }
    for canceller in found where !(isShielded && canceller.isHeldBack) { canceller.cancel() }
  }

  /// Whether an end was asked for, even inside `shielded`.
  package var wasRequested: Bool { requested.load(ordering: .relaxed) }

  /// Lets the operation, once it is asked to end, end quickly and leave the cleaning up to later processes.
  package func hurry() { hurried.store(true, ordering: .relaxed) }

  // MARK: Heeding it

  /// Runs `body`, and what it does on other threads, as an operation that this ends. The process's own ends it, too.
  package func covering<Result>(_ body: () throws -> Result) rethrows -> Result {
    let outer = Self.current
    if self === outer { return try body() }
    return try Self.withCanceller(isHeldBack: false, request) {
      // Asked for before the canceller was there.
      if outer.wasRequested { request() }
      return try Self.$ofOperation.withValue(self, operation: body)
    }
  }

  /// For a thread that the operation starts.
  func adopted(by body: () -> Void) {
    if self === Self.ofProcess { return body() }
    Self.$ofOperation.withValue(self, operation: body)
  }

  package static var isHurried: Bool {
    current.hurried.load(ordering: .relaxed) || ofProcess.hurried.load(ordering: .relaxed)
  }

  package static var wasRequested: Bool { current.wasRequested }

  package static var isRequested: Bool {
    let current = current
    return current.wasRequested && current.shields.load(ordering: .relaxed) == 0
  }

  package static func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }

  /// Runs `body`. An interruption in the meantime calls `cancel`, on another thread.
  /// - Parameter isHeldBack: whether `shielded` keeps it from being called. One that is not hears only of later requests.
  package static func withCanceller<Result>(
    isHeldBack: Bool = true, _ cancel: @escaping @Sendable () -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    let current = current
    let key = current.cancellers.withLock { registry in
      registry.next += 1
      registry.actions[registry.next] = Canceller(cancel: cancel, isHeldBack: isHeldBack)
      return registry.next
    }
    defer { current.cancellers.withLock { registry in _ = registry.actions.removeValue(forKey: key) } }
    if isHeldBack && isRequested { cancel() }
    return try body()
  }

  /// Runs something short that is better finished than stopped: a first request takes effect when it has ended. A second
  /// signal still ends the process.
  package static func shielded<Result>(_ body: () throws -> Result) rethrows -> Result {
    let current = current
    current.shields.add(1, ordering: .relaxed)
    defer { current.shields.subtract(1, ordering: .relaxed) }
    return try body()
  }
}
