// Runs programs as a user would: the real binary that was built with the tests, with an environment that
// holds nothing but what the test gives, its output captured, and a time limit so that a hanging program
// fails one test instead of stopping all of them. Nothing of the program under test is used for this.

import CLinux
import FileSystem
import Glibc

package struct ProgramFailure: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}

package struct ProgramResult: Sendable, CustomStringConvertible {
  package var words: [BytePath]
  /// nil when a signal ended the program.
  package var code: Int32?
  package var signal: Int32?
  package var output: [UInt8]
  package var errors: [UInt8]
  package var timedOut: Bool

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
  /// Everything that was printed.
  package var printed: String { text + errorText }
  package var lines: [String] { text.split(separator: "\n").map(String.init) }
  /// What it warned of or complained about, with the hints: standard error without the remarks.
  package var warnings: [String] {
    errorText.split(separator: "\n").map(String.init).filter { line in
      ["error: ", "warning: ", "hint: "].contains { line.hasPrefix($0) }
    }
  }
  /// Standard output, which has to be one line: an id, a path, what became of it.
  package var line: String {
    get throws {
      guard lines.count == 1 else { throw ProgramFailure("one line was expected of \(self)") }
      return lines[0]
    }
  }

  /// Everything that matters when an expectation fails.
  package var description: String {
    let ending = timedOut ? "ran too long" : code.map { "exit code \($0)" } ?? "signal \(signal ?? 0)"
    return "\(words.map(\.description).joined(separator: " ")): \(ending)\n\(text)\n\(errorText)"
  }

  /// The result itself, if the program succeeded.
  @discardableResult
  package func succeeded() throws -> ProgramResult {
    if code != 0 { throw ProgramFailure("\(self)") }
    return self
  }
}

/// A started program. It belongs to one thread.
package final class RunningProgram {
  package let process: pid_t
  private let words: [BytePath]
  private var streams: [OpenFile?]
  private var collected: [[UInt8]] = [[], []]
  private var isReaped = false

  fileprivate init(process: pid_t, words: [BytePath], output: OpenFile, errors: OpenFile) {
    (self.process, self.words, streams) = (process, words, [output, errors])
  }

  deinit {
    if !isReaped {
      Glibc.kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
  }

  package func send(_ signal: Int32) { if !isReaped { Glibc.kill(process, signal) } }

  /// Takes output until `isEnough` says so, everything has been said, or the time is up.
  fileprivate func read(until deadline: Double, isEnough: ([[UInt8]]) -> Bool) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while streams.contains(where: { $0 != nil }) {
      if isEnough(collected) { return true }
      let left = deadline - MonotonicTime.now
      if left <= 0 { return false }
      var watched = streams.map { pollfd(fd: $0?.descriptor ?? -1, events: Int16(POLLIN), revents: 0) }
      if poll(&watched, nfds_t(watched.count), Int32(min(left * 1000, 1000)) + 1) <= 0 { continue }
      for index in watched.indices where watched[index].revents != 0 {
        let count = Glibc.read(watched[index].fd, &buffer, buffer.count)
        if count > 0 { collected[index] += buffer[..<count] } else { streams[index] = nil }
      }
    }
    return true
  }

  /// Waits until the program has printed `text`, on either stream.
  package func waitForOutput(_ text: String, limit: Double = 30) throws {
    let wanted = Array(text.utf8)
    func isThere(_ streams: [[UInt8]]) -> Bool { streams.contains { $0.firstRange(of: wanted) != nil } }
    _ = read(until: MonotonicTime.now + limit, isEnough: isThere)
    if !isThere(collected) {
      throw ProgramFailure(
        "“\(text)” was not printed by \(words.map(\.description).joined(separator: " ")): "
          + String(decoding: collected[0] + collected[1], as: UTF8.self))
    }
  }

  /// Waits until the program has printed a whole line with `text` on standard error.
  package func waitForLine(with text: String, limit: Double = 30) throws -> String {
    func line(_ streams: [[UInt8]]) -> String? {
      String(decoding: streams[1], as: UTF8.self).split(whereSeparator: \.isNewline).first {
        $0.contains(text)
      }
      .map(String.init)
    }
    _ = read(until: MonotonicTime.now + limit) { line($0) != nil && $0[1].last == 0x0A }
    guard let line = line(collected) else { throw ProgramFailure("no line with “\(text)” from \(words[0])") }
    return line
  }

  /// Waits for the end.
  package func wait(limit: Double = 60) -> ProgramResult {
    let timedOut = !read(until: MonotonicTime.now + limit, isEnough: { _ in false })
    if timedOut { Glibc.kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    isReaped = true
    let signal = status & 0x7F
    return ProgramResult(
      words: words, code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      output: collected[0], errors: collected[1], timedOut: timedOut)
  }

  /// Ends the program after `seconds`, as a power failure would, unless it has ended by itself.
  /// - Parameter withChildren: the programs that it has started as well, as far as they are in its process group.
  package func kill(after seconds: Double, withChildren: Bool = false) -> ProgramResult {
    // Output may stay unread meanwhile: it is far less than a pipe holds.
    _ = read(until: MonotonicTime.now + seconds, isEnough: { _ in false })
    Glibc.kill(withChildren ? -process : process, SIGKILL)
    return wait()
  }
}

extension RunningProgram {
  /// Presses Ctrl-C after `seconds` and waits for the end.
  package func interrupt(after seconds: Double) -> ProgramResult {
    _ = read(until: MonotonicTime.now + seconds, isEnough: { _ in false })
    send(SIGINT)
    return wait()
  }
}

package enum Program {
  /// Starts a program in a process group of its own.
  /// - Parameters:
  ///   - environment: all of it; nothing is inherited.
  ///   - input: what it reads on standard input; nothing by default.
  package static func start(
    _ words: [any BytePathConvertible], environment: [String: String] = [:], directory: BytePath = "/",
    input: [UInt8] = []
  ) throws -> RunningProgram {
    let words = words.map(\.bytePath)
    let (output, childOutput) = try pipe()
    let (errors, childErrors) = try pipe()
    let source = try inputFile(input)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, source.descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, childOutput.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, childErrors.descriptor, 2)
    _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    let process = try spawn(words, environment: environment, &actions, flags: Int16(POSIX_SPAWN_SETPGROUP))
    return RunningProgram(process: process, words: words, output: output, errors: errors)
  }

  /// Starts a program with no signal blocked or ignored.
  /// - Parameter flags: whether it leads a process group or a session.
  static func spawn(
    _ words: [BytePath], environment: [String: String], _ actions: inout posix_spawn_file_actions_t,
    flags: Int16
  ) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | flags)

    var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"]
    variables.merge(environment) { _, new in new }
    // The program under test finds the client programs of a chosen server there.
    if let server = PostgresServer.chosen { variables["PATH"] = "\(server):\(variables["PATH"] ?? "")" }
    // A build that counts what is executed adds its numbers up there: scripts/coverage.
    if let profiles = ProcessEnvironment.variables["CHECKPOINT_TEST_PROFILES"] {
      variables["LLVM_PROFILE_FILE"] = "\(profiles)/%4m.profraw"
    }
    var process = pid_t()
    let code = withCStrings(words) { argv in
      withCStrings(variables.map { BytePath("\($0.key)=\($0.value)") }) { envp in
        (words.first ?? "").withCString { posix_spawnp(&process, $0, &actions, &attributes, argv, envp) }
      }
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: words.first) }
    return process
  }

  /// Runs a program to its end, whatever that is.
  package static func run(
    _ words: [any BytePathConvertible], environment: [String: String] = [:], directory: BytePath = "/",
    input: [UInt8] = [],
    limit: Double = 60
  ) throws -> ProgramResult {
    try start(words, environment: environment, directory: directory, input: input).wait(limit: limit)
  }

  package static func pipe() throws -> (read: OpenFile, write: OpenFile) {
    var ends: [Int32] = [0, 0]
    if pipe2(&ends, O_CLOEXEC) != 0 { throw SystemError(operation: "make a pipe") }
    return (OpenFile(adopting: ends[0], path: "pipe"), OpenFile(adopting: ends[1], path: "pipe"))
  }

  /// A file without a name, so that input of any size needs no thread to feed it.
  private static func inputFile(_ bytes: [UInt8]) throws -> OpenFile {
    if bytes.isEmpty { return try OpenFile.open("/dev/null", flags: O_RDONLY) }
    let file = try OpenFile.open(TestPlace.path, flags: O_RDWR | Int32(bitPattern: 0o20_200_000), mode: 0o600)
    try SystemFileOperations().write(bytes, to: file)
    lseek(file.descriptor, 0, SEEK_SET)
    return file
  }

  private static func withCStrings<Result>(
    _ texts: [BytePath], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = texts.map { text in text.withExactCString { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}

/// `checkpoint`, with a home and a working directory of its own.
package struct CheckpointProgram: Sendable {
  /// The program that the package manager built; it is next to the tests' own executable.
  package static let binary: BytePath = {
    let tests = (try? FileTree.canonical("/proc/self/exe")) ?? "/"
    return (tests.parent ?? "/").appending("checkpoint")
  }()

  package var home: BytePath
  package var directory: BytePath
  /// Comes on top of the few variables that every test has.
  package var environment: [String: String] = [:]
  package var binary = Self.binary

  package init(home: BytePath, directory: BytePath) { (self.home, self.directory) = (home, directory) }

  private var variables: [String: String] {
    ["HOME": home.description, "GIT_CONFIG_NOSYSTEM": "1"].merging(environment) { _, new in new }
  }

  /// - Parameter watcher: a program and its options that run this one, such as strace.
  package func start(
    _ arguments: [any BytePathConvertible], in directory: BytePath? = nil, under watcher: [BytePath] = []
  ) throws -> RunningProgram {
    try Program.start(
      watcher + [binary] + arguments.map(\.bytePath), environment: variables,
      directory: directory ?? self.directory)
  }

  /// Starts it on a terminal of its own.
  /// - Parameter output: what standard output goes to instead of the terminal.
  package func startOnTerminal(_ arguments: [any BytePathConvertible], output: BytePath? = nil) throws
    -> TerminalProgram
  {
    try TerminalProgram.start(
      [binary] + arguments.map(\.bytePath), environment: variables, directory: directory, output: output)
  }

  package func run(
    _ arguments: [any BytePathConvertible], in directory: BytePath? = nil, limit: Double = 60
  ) throws -> ProgramResult {
    try start(arguments, in: directory).wait(limit: limit)
  }

  /// Runs git with the same environment; anything but success is an error.
  @discardableResult
  package func git(
    _ arguments: [any BytePathConvertible], in directory: BytePath? = nil, accepting: Set<Int32> = [0]
  ) throws
    -> ProgramResult
  {
    let result = try Program.run(
      ["git"] + arguments.map(\.bytePath),
      environment: variables.merging(["GIT_OPTIONAL_LOCKS": "0"]) { _, new in new },
      directory: directory ?? self.directory)
    guard let code = result.code, accepting.contains(code) else { throw ProgramFailure("\(result)") }
    return result
  }
}
