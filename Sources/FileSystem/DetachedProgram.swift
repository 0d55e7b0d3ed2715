// A program that goes on after us: in a session of its own, so that no terminal's hang-up or Ctrl-C reaches it, with
// nothing of ours open.

import CLinux
import Glibc

package enum DetachedProgram {
  /// Starts a program and leaves it alone.
  /// - Parameters:
  ///   - words: as it sees them, its own name first.
  ///   - program: its file.
  ///   - input: what it reads from its standard input; no more than a pipe holds (64 KiB).
  ///   - log: the file that its output is appended to.
  package static func start(
    _ words: [BytePath], program: BytePath, input: [UInt8], log: BytePath, directory: BytePath
  ) throws {
    var ends: [Int32] = [0, 0]
    try check("make a pipe") { pipe2(&ends, O_CLOEXEC) }
    let reading = OpenFile(adopting: ends[0], path: "pipe")
    let writing = OpenFile(adopting: ends[1], path: "pipe")
    let output = try OpenFile.open(log, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, reading.descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, 2)
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    var attributes = Subprocess.attributes(flags: Int32(shim_posix_spawn_setsid))
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let code = Subprocess.withCStrings(words) { argv in
      program.withCString { posix_spawn(&process, $0, &actions, &attributes, argv, environ) }
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: program) }
    _ = input.withUnsafeBytes { write(writing.descriptor, $0.baseAddress, $0.count) }
  }

  /// The running program itself, even where its file was replaced meanwhile.
  package static let ownProgram: BytePath = "/proc/self/exe"

  /// Lets everything else on the machine go first.
  package static func takeLowPriority() { _ = nice(10) }
}
