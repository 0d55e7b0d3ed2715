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

  /// They receive the signals that are sent to us, each while a program of the user's is running.
  private static let receivers = Mutex<(next: Int, all: [Int: Receiver])>((0, [:]))

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
        let current = receivers.withLock { Array($0.all.values) }
        for receiver in current where number != SIGINT || receiver.includesCtrlC { receiver.receive(number) }
        if !current.isEmpty { continue }
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
    let key = receivers.withLock { receivers in
      receivers.next += 1
      receivers.all[receivers.next] = Receiver(receive: receive, includesCtrlC: includingCtrlC)
      return receivers.next
    }
    defer { receivers.withLock { receivers in _ = receivers.all.removeValue(forKey: key) } }
    return try body()
  }

  static func handled() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
