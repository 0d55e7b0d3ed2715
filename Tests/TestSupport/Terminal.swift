// Runs a program on a terminal of its own, as a person would: what it prints is read from a pseudo-terminal, and keys
// are typed there. Only what was printed is waited for, never a time.

import CLinux
import FileSystem
import Glibc

/// A program on a terminal. It belongs to one thread.
package final class TerminalProgram {
  /// Keys that the terminal turns into something else.
  package enum Key: UInt8 {
    case interrupt = 3
    case endOfInput = 4
  }

  /// The end of the pseudo-terminal that a person would sit at.
  private let screen: OpenFile
  private let process: pid_t
  private let words: [BytePath]
  private var shown: [UInt8] = []
  /// The end of the last text that was waited for and found.
  private var position = 0
  private var isReaped = false

  fileprivate init(screen: OpenFile, process: pid_t, words: [BytePath]) {
    (self.screen, self.process, self.words) = (screen, process, words)
  }

  deinit {
    if !isReaped {
      Glibc.kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
  }

  /// Everything that stood on the screen so far, with what steers it.
  package var text: String { String(decoding: shown, as: UTF8.self) }

  /// Reads what comes, for a second at most.
  /// - Returns: false once nothing more can come.
  private func read(until deadline: Double) -> Bool {
    var watched = pollfd(fd: screen.descriptor, events: Int16(POLLIN), revents: 0)
    let left = max(0, min(deadline - MonotonicTime.now, 1))
    if poll(&watched, 1, Int32(left * 1000) + 1) <= 0 { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(screen.descriptor, &buffer, buffer.count)
    // An error is how the kernel says that no process has the terminal open any more.
    if count <= 0 { return count < 0 && errno == EINTR }
    shown += buffer[..<count]
    return true
  }

  /// Waits until `text` is on the screen, after what was waited for before.
  package func wait(for text: String, limit: Double = 60) throws {
    let (wanted, deadline) = (Array(text.utf8), MonotonicTime.now + limit)
    while true {
      if let found = shown[position...].firstRange(of: wanted) {
        position = found.upperBound
        return
      }
      if !read(until: deadline) || MonotonicTime.now > deadline {
        throw ProgramFailure("“\(text)” did not appear: \(words.map(\.description)): \(self.text)")
      }
    }
  }

  package func type(_ keys: String) throws {
    try SystemFileOperations().write(Array(keys.utf8), to: screen)
  }

  package func press(_ key: Key) throws { try SystemFileOperations().write([key.rawValue], to: screen) }

  /// Waits for the end. Standard output and errors are one: the screen.
  package func end(limit: Double = 60) -> ProgramResult {
    let deadline = MonotonicTime.now + limit
    var isOpen = true
    while isOpen && MonotonicTime.now < deadline { isOpen = read(until: deadline) }
    if isOpen { Glibc.kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    isReaped = true
    let signal = status & 0x7F
    return ProgramResult(
      words: words, code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      output: shown, errors: [], timedOut: isOpen)
  }
}

extension TerminalProgram {
  /// Starts a program as the leader of a new session whose terminal it is.
  /// - Parameters:
  ///   - environment: all of it; nothing is inherited.
  ///   - output: what standard output goes to instead of the terminal.
  package static func start(
    _ words: [BytePath], environment: [String: String], directory: BytePath, output: BytePath? = nil
  ) throws -> TerminalProgram {
    let (screen, name) = try makeTerminal()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A session's leader gets the first terminal that it opens as its own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    if let output {
      output.withCString {
        _ = posix_spawn_file_actions_addopen(&actions, 1, $0, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      }
    }
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    let process = try Program.spawn(
      words, environment: ["TERM": "xterm-256color"].merging(environment) { _, new in new }, &actions,
      flags: shim_posix_spawn_setsid)
    return TerminalProgram(screen: screen, process: process, words: words)
  }

  /// TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>, macros that Swift does not see.
  private static let (lockRequest, numberRequest): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  /// - Returns: the end that is read and typed at, and the name of the other one.
  private static func makeTerminal() throws -> (OpenFile, String) {
    let screen = try OpenFile.open("/dev/ptmx", flags: O_RDWR | O_NOCTTY)
    var (isLocked, number) = (Int32(0), UInt32(0))
    var size = winsize(ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    guard ioctl(screen.descriptor, lockRequest, &isLocked) == 0,
      ioctl(screen.descriptor, numberRequest, &number) == 0,
      ioctl(screen.descriptor, UInt(TIOCSWINSZ), &size) == 0
    else { throw SystemError(operation: "set up a pseudo-terminal") }
    return (screen, "/dev/pts/\(number)")
  }
}
