// Runs a program in the foreground: it inherits our standard streams and our process group, so whatever the user types,
// including Ctrl-C, goes to it. We keep waiting, and pass on the signals that are sent to us.

import CLinux
import Glibc
import Synchronization

package enum ForegroundProgram {
  /// Whether a program can be started by this name, which is looked up in `PATH` as the shell does.
  package static func canRun(_ name: BytePath, environment: [String: String]) -> Bool {
    if name.bytes.contains(UInt8(ascii: "/")) { return isExecutable(name) }
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":", omittingEmptySubsequences: false).contains { directory in
      isExecutable(BytePath(directory.isEmpty ? "." : String(directory)).appending(name))
    }
  }

  private static func isExecutable(_ path: BytePath) -> Bool {
    path.withCString { name in
      var status = stat()
      return stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(name, X_OK) == 0
    }
  }

  /// Runs a program to its end.
  /// - Parameter output: the descriptor that becomes its standard output.
  /// - Returns: its exit code, or 128 plus the number of the signal that ended it, as in the shell.
  package static func run(_ words: [BytePath], environment: [String: String], output: Int32 = 1) throws
    -> Int32
  {
    let recipient = Recipient()
    // Before it starts, so that no signal is lost while it does.
    return try Signals.handedOver(
      to: recipient.receive, includingCtrlC: false,
      while: {
        let process = try start(words, environment: environment, output: output)
        recipient.exists(process)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      })
  }

  private static func start(
    _ words: [BytePath], environment: [String: String], output: Int32
  ) throws -> pid_t {
    var attributes = Subprocess.attributes(flags: 0)
    defer { posix_spawnattr_destroy(&attributes) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if output != 1 { posix_spawn_file_actions_adddup2(&actions, output, 1) }
    var process = pid_t()
    let program = words.first ?? ""
    let code = Subprocess.withCStrings(words) { argv in
      Subprocess.withCStrings(environment.map { BytePath("\($0.key)=\($0.value)") }) { envp in
        program.withCString { posix_spawnp(&process, $0, &actions, &attributes, argv, envp) }
      }
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: program) }
    return process
  }
}

/// The program to which signals go, and those that came before there was one.
private final class Recipient: Sendable {
  private let state = Mutex<(process: pid_t?, early: [Int32])>((nil, []))

  func receive(_ signal: Int32) {
    state.withLock { state in
      if let process = state.process { kill(process, signal) } else { state.early.append(signal) }
    }
  }

  func exists(_ process: pid_t) {
    state.withLock { state in
      state.process = process
      for signal in state.early { kill(process, signal) }
    }
  }
}
