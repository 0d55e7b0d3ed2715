// A program that goes on after us: in a session of its own, so that no terminal's hang-up or Ctrl-C reaches it, with
// nothing of ours open.

import CLinux
import Glibc

package enum DetachedProgram {
  /// Starts a program and leaves it alone.
  /// - Parameters:
  ///   - words: as it sees them, its own name first.
  ///   - program: its file.
  ///   - input: what it reads from its standard input.
  ///   - log: the file that its output is appended to.
  package static func start(
    _ words: [BytePath], program: BytePath, input: [UInt8], log: BytePath, directory: BytePath
  ) throws {
    let output = try OpenFile.open(log, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    _ = try spawn(words, program, input, output: output, errors: output, directory)
  }

  /// Starts a program that tells how it gets on. What it says on its standard error is lost, unless it leads that
  /// elsewhere itself.
  /// - Returns: the process, and what it writes to its standard output.
  package static func startTelling(
    _ words: [BytePath], program: BytePath, input: [UInt8], directory: BytePath
  ) throws -> (process: pid_t, output: OpenFile) {
    let errors = try OpenFile.open("/dev/null", flags: O_WRONLY)
    let (reading, writing) = try Subprocess.pipe()
    let process = try spawn(words, program, input, output: writing, errors: errors, directory)
    return (process, reading)
  }

  private static func spawn(
    _ words: [BytePath], _ program: BytePath, _ input: [UInt8], output: OpenFile, errors: OpenFile,
    _ directory: BytePath
  ) throws -> pid_t {
    let (reading, writing) = try Subprocess.pipe()
    let process = try spawn(words, program, reading, output, errors, directory)
    // The other end is closed here, so that a program that dies is noticed.
    withExtendedLifetime(consume reading) {}
    feed(input, to: writing, limit: 10)
    return process
  }

  private static func spawn(
    _ words: [BytePath], _ program: BytePath, _ input: OpenFile, _ output: OpenFile, _ errors: OpenFile,
    _ directory: BytePath
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)
    // Whoever started us may wait until everybody has closed what we inherited.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    var attributes = Subprocess.attributes(flags: Int32(shim_posix_spawn_setsid))
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let code = Subprocess.withCStrings(words) { argv in
      program.withCString { posix_spawn(&process, $0, &actions, &attributes, argv, environ) }
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: program) }
    return process
  }

  /// Gives up on a program that does not read for so many seconds, or has ended: it cannot do anything then.
  private static func feed(_ input: [UInt8], to pipe: OpenFile, limit: Double) {
    let deadline = MonotonicTime.now + limit
    _ = fcntl(pipe.descriptor, F_SETFL, O_NONBLOCK)
    input.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty && MonotonicTime.now < deadline {
        let count = write(pipe.descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 { rest = rest.dropFirst(count) }
        if count < 0 && errno != EAGAIN && errno != EINTR { return }
        var watched = pollfd(fd: pipe.descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&watched, 1, 100)
      }
    }
  }

  /// The running program itself, even where its file was replaced meanwhile.
  package static let ownProgram: BytePath = "/proc/self/exe"

  /// Lets everything else on the machine go first.
  package static func takeLowPriority() { _ = nice(10) }
}
