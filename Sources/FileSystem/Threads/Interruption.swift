// An orderly end for Ctrl-C, termination and hang-up: a thread waits for these signals, marks the process as interrupted
// and calls the registered cancellers (end a child, cancel a query), so that blocked calls return and clean up. A second
// signal ends the process at once, which is always safe. One that follows within a moment counts as the first: `timeout`
// signals the program and then its whole group.

import Glibc
import Synchronization

package enum Interruption {
  private static let signalled = Atomic<Bool>(false)
  private static let cancellers = Mutex<(next: Int, actions: [Int: @Sendable () -> Void])>((0, [:]))

  private static let hurried = Atomic<Bool>(false)

  /// Whether this process, once it is asked to end, ends quickly and leaves the cleaning up to later processes.
  package static var isHurried: Bool { hurried.load(ordering: .relaxed) }

  package static func hurry() { hurried.store(true, ordering: .relaxed) }

  private static let shields = Atomic<Int>(0)
  private struct Receiver {
    var receive: @Sendable (Int32) -> Void
    var includesCtrlC: Bool
  }

  /// Receives the signals that are sent to us, while a program of the user's is running.
  private static let receiver = Mutex<Receiver?>(nil)

  /// Whether the user has asked to stop, even inside `shielded`.
  package static var wasSignalled: Bool { signalled.load(ordering: .relaxed) }

  package static var isRequested: Bool {
    signalled.load(ordering: .relaxed) && shields.load(ordering: .relaxed) == 0
  }

  package static func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }

  /// Starts to wait for signals. Called once, before any other thread exists, so that all threads block these signals.
  package static func install() {
    signal(SIGPIPE, SIG_IGN)
    var set = handledSignals()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Threads.detach {
      var set = handledSignals()
      var number: Int32 = 0
      var first: Double?
      while sigwait(&set, &number) == 0 {
        if let receiver = receiver.withLock({ $0 }) {
          if number != SIGINT || receiver.includesCtrlC { receiver.receive(number) }
          continue
        }
        if let first {
          if MonotonicTime.now - first < 0.2 { continue }
          _exit(130)
        }
        first = MonotonicTime.now
        signalled.store(true, ordering: .relaxed)
        if shields.load(ordering: .relaxed) > 0 { continue }
        let actions = cancellers.withLock { Array($0.actions.values) }
        for action in actions { action() }
      }
    }
  }

  /// Runs `body`. An interruption in the meantime calls `cancel`, on another thread.
  package static func withCanceller<Result>(
    _ cancel: @escaping @Sendable () -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    let key = cancellers.withLock { registry in
      registry.next += 1
      registry.actions[registry.next] = cancel
      return registry.next
    }
    defer { cancellers.withLock { registry in _ = registry.actions.removeValue(forKey: key) } }
    if isRequested { cancel() }
    return try body()
  }

  /// Runs something short that is better finished than stopped: a first signal takes effect when it has ended, a second
  /// one still ends the process.
  package static func shielded<Result>(_ body: () throws -> Result) rethrows -> Result {
    shields.add(1, ordering: .relaxed)
    defer { shields.subtract(1, ordering: .relaxed) }
    return try body()
  }

  /// Runs `body`, which waits for a program, and lets `receive` handle the signals in the meantime.
  /// - Parameter includingCtrlC: false for a program in the foreground, which the terminal's Ctrl-C reaches anyway.
  static func handedOver<Result>(
    to receive: @escaping @Sendable (Int32) -> Void, includingCtrlC: Bool, while body: () throws -> Result
  ) rethrows -> Result {
    receiver.withLock { $0 = Receiver(receive: receive, includesCtrlC: includingCtrlC) }
    defer { receiver.withLock { $0 = nil } }
    return try body()
  }

  static func handledSignals() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
