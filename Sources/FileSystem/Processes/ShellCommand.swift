// One text of the user's, run by `sh -c`: its output as it comes, a time limit, and an end that is its own. It has no
// terminal and no input, so nothing in it can wait for somebody to type. What it leaves running in the background is
// neither waited for nor ended (unless asked for), and can go on writing; what it writes after the command's end is read by
// nobody.

import CLinux
import Glibc
import Synchronization

package struct ShellCommand: Sendable {
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// After its limit it was ended, with everything it had started.
    case timedOut
    /// The user's Ctrl-C, or a signal to us, ended it.
    case interrupted
  }

  package struct Outcome: Sendable {
    package var ending: Ending
    package var seconds: Double
    /// The last bytes of what it printed on both streams.
    package var output: [UInt8]
    package var isCutShort: Bool

    package var succeeded: Bool { ending == .exited(0) }
  }

  /// What Ctrl-C and signals to us mean while the command runs.
  package enum Interrupting: Sendable {
    /// They are the command's business: it is ended, and we go on.
    case endsCommand
    /// They are ours: the command is ended, and `Interrupted` is thrown.
    case endsEverything
  }

  package var text: String
  package var directory: BytePath
  package var environment: [String: String]
  /// Seconds.
  package var limit: Double
  /// How many bytes of output are kept.
  package var keptByteCount = 8192
  /// Seconds between the request to end and the end by force.
  package var grace = 5.0
  package var interrupting = Interrupting.endsCommand
  /// What it leaves in the background is ended, too.
  package var endsWhatItLeaves = false

  package init(_ text: String, directory: BytePath, environment: [String: String], limit: Double) {
    (self.text, self.directory, self.environment, self.limit) = (text, directory, environment, limit)
  }

  /// Runs it to its end, however that comes.
  /// - Parameter receive: gets what it prints, piece by piece.
  /// - Throws: where it cannot be started.
  package func run(_ receive: (UnsafeRawBufferPointer) -> Void = { _ in }) throws -> Outcome {
    let start = MonotonicTime.now
    let output = try Output(keeping: keptByteCount)
    let process = try spawn(writingTo: output)
    let signals = SignalCount()
    let ending =
      switch interrupting {
      case .endsCommand:
        Interruption.handedOver(
          to: { _ in signals.add() }, includingCtrlC: true,
          while: { watch(process, output, since: start, signals, receive) })
      case .endsEverything: watch(process, output, since: start, signals, receive)
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
    /// `ending` is nil where the command itself has ended, and only what it left behind is being ended.
    var forced: (ending: Ending?, at: Double)?
    while true {
      output.read(waiting: 20, receive)
      let (now, hasExited) = (MonotonicTime.now, Child.hasExited(process))
      if let (ending, at) = forced {
        if hasExited && !ProcessGroup.isAlive(process) { break }
        if now >= at || signals.value > 1 {
          // The leader is not reaped yet, so the group's number is still its own.
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

  private func spawn(writingTo output: Output) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, 1)
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, 2)
    // Something that stays in the background must not keep what we inherited, such as the lock of a surrounding flock.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    // A session of its own: a question for a password fails instead of waiting, the terminal's end does not reach what
    // was started, and one signal to the group reaches all of it.
    var attributes = Subprocess.attributes(flags: Int32(shim_posix_spawn_setsid))
    defer { posix_spawnattr_destroy(&attributes) }
    var process = pid_t()
    let code = Subprocess.withCStrings(["sh", "-c", BytePath(text)]) { argv in
      Subprocess.withCStrings(environment.map { BytePath("\($0.key)=\($0.value)") }) { envp in
        posix_spawn(&process, "/bin/sh", &actions, &attributes, argv, envp)
      }
    }
    output.closeWriteEnd()
    if code == ENOENT && !FileTree.exists(directory) {
      throw SystemError(code: code, operation: "start a command in", path: directory)
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: "/bin/sh") }
    return process
  }
}

/// The pipe that a command writes to. It belongs to one thread.
private final class Output {
  /// What a pipe holds: no more can have been written before a command's end and not be read yet.
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

  /// Waits at most some milliseconds for output and takes one piece of it.
  /// - Returns: the number of bytes; 0 where nothing came.
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

  /// What was written before the command's end; somebody in the background may write for ever.
  func readRest(_ receive: (UnsafeRawBufferPointer) -> Void) {
    var left = Self.capacity
    while left > 0 {
      let count = read(waiting: 0, receive)
      if count == 0 { return }
      left -= count
    }
  }

  /// Where something in the background still holds the pipe, somebody has to read it, or its next line would end it.
  /// That is a `cat`, which goes when the last writer does. It is nobody's child, so that nobody has to wait for it: the
  /// shell that starts it ends at once.
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
    // What a shell puts into the background loses its standard input, unless that is another descriptor's copy.
    let code = Subprocess.withCStrings(["sh", "-c", "exec 3<&0; cat <&3 &"]) { argv in
      Subprocess.withCStrings(["PATH=/usr/bin:/bin"]) { envp in
        posix_spawn(&process, "/bin/sh", &actions, &attributes, argv, envp)
      }
    }
    if code == 0 { while waitpid(process, nil, 0) == -1 && errno == EINTR {} }
  }
}

/// How often somebody asked to stop; counted on the thread that waits for signals.
private final class SignalCount: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func add() { count.add(1, ordering: .relaxed) }
}

private enum ProcessGroup {
  /// Whether anything of a group runs; dead ones that wait to be reaped do not.
  static func isAlive(_ group: pid_t) -> Bool {
    guard let names = try? FileTree.list("/proc") else { return false }
    return names.contains { name in
      guard name.bytes.allSatisfy({ (0x30...0x39).contains($0) }),
        let bytes = try? FileTree.readAll(BytePath("/proc/\(name)/stat"))
      else { return false }
      // Behind the name in parentheses, which may hold anything: state, parent, group.
      let fields =
        String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
      return fields.count > 2 && fields[2] == "\(group)" && fields[0] != "Z" && fields[0] != "X"
    }
  }
}
