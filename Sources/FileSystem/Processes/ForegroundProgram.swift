// Runs a program in the foreground: it inherits our standard streams and our process group, so whatever the user types,
// including Ctrl-C, goes to it. We keep waiting, and pass on the signals that are sent to us.

import CLinux
import Glibc

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
    let child = process
    return Signals.handedOver(
      to: { Glibc.kill(child, $0) }, includingCtrlC: false,
      while: {
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      })
  }
}
