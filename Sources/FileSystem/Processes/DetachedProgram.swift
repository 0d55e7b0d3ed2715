// Starts a program that outlives this process: in a session of its own, so that neither the terminal's hang-up nor Ctrl-C
// reaches it, and with none of our files open.

import CLinux
import Glibc

package enum DetachedProgram {
  /// Starts a program without waiting for it.
  /// - Parameters:
  ///   - words: its arguments, its name first.
  ///   - program: the file to run.
  ///   - input: its standard input.
  ///   - log: the file to which its output is appended.
  package static func start(
    _ words: [BytePath], program: BytePath, input: [UInt8], log: BytePath, directory: BytePath,
    environment: [String: String]
  ) throws {
    let output = try OpenFile.open(log, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    _ = try spawn(words, program, input, output: output, errors: output, directory, environment)
  }

  /// Starts a program that reports to us on its standard output. Its standard error is discarded, unless it redirects
  /// that itself.
  /// - Returns: the process, and a pipe with its standard output.
  package static func startPiped(
    _ words: [BytePath], program: BytePath, input: [UInt8], directory: BytePath,
    environment: [String: String]
  ) throws -> (process: pid_t, output: OpenFile) {
    let errors = try OpenFile.open("/dev/null", flags: O_WRONLY)
    let (reading, writing) = try Subprocess.pipe()
    let process = try spawn(words, program, input, output: writing, errors: errors, directory, environment)
    return (process, reading)
  }

  private static func spawn(
    _ words: [BytePath], _ program: BytePath, _ input: [UInt8], output: OpenFile, errors: OpenFile,
    _ directory: BytePath, _ environment: [String: String]
  ) throws -> pid_t {
    let (reading, writing) = try Subprocess.pipe()
    let process = try spawn(words, program, reading, output, errors, directory, environment)
    // Our copy of the program's end is closed, so that writing fails if the program dies.
    withExtendedLifetime(consume reading) {}
    feed(input, to: writing, limit: 10)
    return process
  }

  private static func spawn(
    _ words: [BytePath], _ program: BytePath, _ input: OpenFile, _ output: OpenFile, _ errors: OpenFile,
    _ directory: BytePath, _ environment: [String: String]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)
    // The process that started us may wait until every copy of what we inherited is closed.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    var attributes = Subprocess.attributes(flags: Int32(shim_posix_spawn_setsid))
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let code = Subprocess.withCStrings(words) { argv in
      Subprocess.withCStrings(environment.map { BytePath("\($0.key)=\($0.value)") }) { envp in
        program.withCString { posix_spawn(&process, $0, &actions, &attributes, argv, envp) }
      }
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: program) }
    return process
  }

  /// Writes a program's input. Gives up if it has ended, or has not read everything after `limit` seconds: without its
  /// input it cannot do anything.
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

  /// The running program itself, even if its file has been replaced since.
  package static let ownProgram: BytePath = "/proc/self/exe"

  /// Lets all other programs on the machine go first.
  package static func takeLowPriority() { _ = nice(10) }
}
