// A started program.

import Glibc

/// A started child. Its process id stays valid until `wait`, so a signal never reaches an unrelated process. Unchecked,
/// because only its owner's thread changes it; an interruption, on another thread, only sends signals.
final class Child: @unchecked Sendable {
  enum Ending {
    case exited(Int32)
    case signalled(Int32)
  }

  private let process: pid_t
  private(set) var input: OpenFile?
  let output: OpenFile
  let errors: OpenFile

  init(process: pid_t, input: OpenFile, output: OpenFile, errors: OpenFile) {
    self.process = process
    self.input = input
    self.output = output
    self.errors = errors
  }

  func releaseInput() { input = nil }
  func terminate() { Glibc.kill(process, SIGTERM) }

  func kill() {
    Glibc.kill(process, SIGKILL)
    _ = wait()
  }

  /// Whether the child has ended, even if other processes still hold its pipes. Does not reap it.
  var hasExited: Bool { Self.hasExited(process) }

  static func hasExited(_ process: pid_t) -> Bool {
    var information = siginfo_t()
    let code = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
    return code == 0 && information.si_signo == SIGCHLD
  }

  func wait() -> Ending { Self.reap(process) }

  static func reap(_ process: pid_t) -> Ending {
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }
}
