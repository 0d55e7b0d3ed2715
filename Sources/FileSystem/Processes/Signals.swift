// Ctrl-C, termination and hang-up: a thread waits for these signals and asks the process to end. A second signal ends it at
// once, which is always safe. One that follows within a moment counts as the first: `timeout` signals the program and then its
// whole group.

import Glibc
import Synchronization

package enum Signals {
  private struct Receiver {
    var receive: @Sendable (Int32) -> Void
    var includesCtrlC: Bool
  }

  /// Receives the signals that are sent to us, while a program of the user's is running.
  private static let receiver = Mutex<Receiver?>(nil)

  /// Starts to wait for signals. Called once, before any other thread exists, so that all threads block these signals.
  package static func install() {
    signal(SIGPIPE, SIG_IGN)
    var set = handled()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Threads.detach {
      var set = handled()
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
        Interruption.ofProcess.request()
      }
    }
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

  static func handled() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
