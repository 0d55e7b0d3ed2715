// Runs a command that the user wrote, by `sh -c`: its output as it comes, with a time limit, and Ctrl-C can end it without
// ending us. It has no terminal, and reads only what it is given, so it cannot wait for the user to type. Programs that it leaves running in
// the background are neither waited for nor ended, unless that is asked for. They can go on writing, but what they write
// after the command's end is discarded.

import CLinux
import Glibc
import Synchronization

package struct ShellCommand: Sendable {
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It was ended at its time limit, with everything that it had started.
    case timedOut
    /// It was ended because of the user's Ctrl-C or a signal to us.
    case interrupted
  }

  package struct Outcome: Sendable {
    package var ending: Ending
    package var seconds: Double
    /// The last bytes that it wrote to standard output and standard error.
    package var output: [UInt8]
    package var isCutShort: Bool

    package var succeeded: Bool { ending == .exited(0) }
  }

  /// What Ctrl-C, and signals to us, do while the command runs.
  package enum Interrupting: Sendable {
    /// They end the command, and we go on.
    case endsCommand
    /// They end the command, and `Interrupted` is thrown.
    case endsEverything
  }

  package var text: String
  package var directory: BytePath
  package var environment: [String: String]
  /// Seconds.
  package var limit: Double
  /// How many bytes of output are kept for the outcome.
  package var keptByteCount = 8192
  /// Seconds between SIGTERM and SIGKILL.
  package var grace = 5.0
  package var interrupting = Interrupting.endsCommand
  /// Whether what it leaves in the background is ended, too.
  package var endsWhatItLeaves = false

  /// What it can read from its standard input.
  package var input: [UInt8] = []

  package init(_ text: String, directory: BytePath, environment: [String: String], limit: Double) {
    self.text = text
    self.directory = directory
    self.environment = environment
    self.limit = limit
  }

  /// Runs it until it ends or is ended.
  /// - Parameter receive: gets its output, piece by piece.
  /// - Throws: if it cannot be started.
  package func run(_ receive: (UnsafeRawBufferPointer) -> Void = { _ in }) throws -> Outcome {
    let start = MonotonicTime.now
    let output = try Output(keeping: keptByteCount)
    let signals = SignalCount()
    let ending =
      switch interrupting {
      case .endsCommand:
        // Before the command starts: a signal that comes while it starts is not about us any more.
        try Signals.handedOver(
          to: { _ in signals.add() }, includingCtrlC: true,
          while: {
            try Interruption.withCanceller(isHeldBack: false, signals.add) {
              try watch(spawn(writingTo: output), output, since: start, signals, receive)
            }
          })
      case .endsEverything: try watch(spawn(writingTo: output), output, since: start, signals, receive)
      }
    output.leaveToOthers()
    if interrupting == .endsEverything { try Interruption.check() }
    return Outcome(
      ending: ending, seconds: MonotonicTime.now - start, output: output.kept,
      isCutShort: output.isCutShort)
  }

  private func watch(
    _ process: pid_t, _ output: Output, since start: Double, _ signals: SignalCount,
    _ receive: (UnsafeRawBufferPointer) -> Void
  ) -> Ending {
    /// `ending` is nil if the command itself has ended, and only what it left behind is being ended.
    var forced: (ending: Ending?, at: Double)?
    while true {
      output.read(waiting: 20, receive)
      let (now, hasExited) = (MonotonicTime.now, Child.hasExited(process))
      if let (ending, at) = forced {
        if hasExited && !ProcessGroup.isAlive(process) { break }
        if now >= at || signals.value > 1 {
          // The leader is not reaped yet, so no other group can have this number.
          kill(-process, SIGKILL)
          forced = (ending, .infinity)
          if hasExited { break }
        }
      } else if hasExited {
        guard endsWhatItLeaves && ProcessGroup.isAlive(process) else { break }
        forced = (nil, now + grace)
        kill(-process, SIGTERM)
      } else if signals.value > 0 || (interrupting == .endsEverything && Interruption.isRequested) {
        forced = (.interrupted, now + grace)
        kill(-process, SIGTERM)
      } else if now >= start + limit {
        forced = (.timedOut, now + grace)
        kill(-process, SIGTERM)
      }
    }
    output.readRest(receive)
    let natural: Ending =
      switch Child.reap(process) {
      case .exited(let code): .exited(code)
      case .signalled(let number): .signalled(number)
      }
    return forced?.ending ?? natural
  }

  /// A file in memory, so that a command that does not read does not keep us waiting; nil for no input.
  private func inputFile() throws -> OpenFile? {
    if input.isEmpty { return nil }
    let descriptor = try check("make a file in memory") { memfd_create("input", shim_memory_close_on_exec) }
    let file = OpenFile(adopting: descriptor, path: "a command's input")
    try SystemFileOperations().write(input, to: file)
    lseek(descriptor, 0, SEEK_SET)
    return file
  }

  private func spawn(writingTo output: Output) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let memory = try inputFile()
    if let memory {
      posix_spawn_file_actions_adddup2(&actions, memory.descriptor, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, 1)
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, 2)
    // Programs that stay in the background must not keep what we inherited, for example the lock of a `flock` around us.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    // A session of its own: a password prompt fails instead of waiting, the terminal's hang-up does not reach what was
    // started, and one signal to the group reaches all of it.
    var attributes = Subprocess.attributes(flags: Int32(shim_posix_spawn_setsid))
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let code = Subprocess.withCStrings(["sh", "-c", BytePath(text)]) { argv in
      Subprocess.withCStrings(environment.map { BytePath("\($0.key)=\($0.value)") }) { envp in
        posix_spawn(&process, "/bin/sh", &actions, &attributes, argv, envp)
      }
    }
    withExtendedLifetime(memory) {}
    output.closeWriteEnd()
    if code == ENOENT && !FileTree.exists(directory) {
      throw SystemError(code: code, operation: "start a command in", path: directory)
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: "/bin/sh") }
    return process
  }
}

/// The pipe to which a command writes. Used by one thread only.
private final class Output {
  /// The size of a pipe: at a command's end, no more than this can be unread.
  private static let capacity = 1 << 16

  private var readEnd: OpenFile?
  private var writer: OpenFile?
  private let limit: Int
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
  private var collected: [UInt8] = []
  private(set) var isCutShort = false

  init(keeping limit: Int) throws {
    self.limit = limit
    (readEnd, writer) = try Subprocess.pipe()
  }

  deinit { buffer.deallocate() }

  var writeEnd: Int32 { writer?.descriptor ?? -1 }
  var kept: [UInt8] { Array(collected.suffix(limit)) }

  func closeWriteEnd() { writer = nil }

  /// Waits at most so many milliseconds for output, and reads one piece of it.
  /// - Returns: the number of bytes; 0 if there were none.
  @discardableResult
  func read(waiting milliseconds: Int32, _ receive: (UnsafeRawBufferPointer) -> Void) -> Int {
    guard let file = readEnd else {
      poll(nil, 0, milliseconds)
      return 0
    }
    var watched = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&watched, 1, milliseconds) > 0 else { return 0 }
    let count = Glibc.read(file.descriptor, buffer.baseAddress, buffer.count)
    if count == 0 { readEnd = nil }
    guard count > 0 else { return 0 }
    let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    collected.append(contentsOf: piece)
    if collected.count > limit { isCutShort = true }
    if collected.count > 2 * limit + Self.capacity { collected.removeFirst(collected.count - limit) }
    receive(piece)
    return count
  }

  /// Reads what was written before the command's end, and no more: a program in the background may write for ever.
  func readRest(_ receive: (UnsafeRawBufferPointer) -> Void) {
    var left = Self.capacity
    while left > 0 {
      let count = read(waiting: 0, receive)
      if count == 0 { return }
      left -= count
    }
  }

  /// If a program in the background still holds the pipe, something has to read it, or SIGPIPE would end that program at
  /// its next line. A `cat` does that, until the last writer is gone. It is orphaned on purpose, so that we need not reap
  /// it: the shell that starts it ends at once.
  func leaveToOthers() {
    guard let file = readEnd else { return }
    readEnd = nil
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, file.descriptor, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    posix_spawn_file_actions_addchdir_np(&actions, "/")
    var attributes = Subprocess.attributes(flags: Int32(shim_posix_spawn_setsid))
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    // A shell gives a background job /dev/null as standard input, unless that is redirected from another descriptor.
    let code = Subprocess.withCStrings(["sh", "-c", "exec 3<&0; cat <&3 &"]) { argv in
      Subprocess.withCStrings(["PATH=/usr/bin:/bin"]) { envp in
        posix_spawn(&process, "/bin/sh", &actions, &attributes, argv, envp)
      }
    }
    if code == 0 { while waitpid(process, nil, 0) == -1 && errno == EINTR {} }
  }
}

/// How many signals have asked us to stop; counted on the thread that waits for signals.
private final class SignalCount: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func add() { count.add(1, ordering: .relaxed) }
}

private enum ProcessGroup {
  /// Whether a process of the group is running. Dead ones that wait to be reaped do not count.
  static func isAlive(_ group: pid_t) -> Bool {
    guard let names = try? FileTree.list("/proc") else { return false }
    return names.contains { name in
      guard name.bytes.allSatisfy({ (0x30...0x39).contains($0) }),
        let bytes = try? FileTree.readAll(BytePath("/proc/\(name)/stat"))
      else { return false }
      // After the name in parentheses, which may contain anything: state, parent, group.
      let fields =
        String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
      return fields.count > 2 && fields[2] == "\(group)" && fields[0] != "Z" && fields[0] != "X"
    }
  }
}
