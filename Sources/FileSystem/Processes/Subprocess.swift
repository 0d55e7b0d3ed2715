// Runs a program by posix_spawn: input and output are streamed at the same time, with a time limit, and an interruption by
// the user ends it. Never by a shell, so no argument is ever interpreted.

import CLinux
import Glibc

package struct SubprocessError: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    case notFound
    case timedOut(seconds: Double)
    case failed(status: Int32)
    case killed(signal: Int32)
  }

  package var command: String
  package var reason: Reason
  /// The last part of what the program wrote to its standard error.
  package var message: String

  package var description: String {
    let detail = message.isEmpty ? "" : ": \(message)"
    return switch reason {
    case .notFound: "program not found: \(command)"
    case .timedOut(let seconds): "\(command) did not finish within \(seconds) s\(detail)"
    case .failed(let status): "\(command) failed with exit code \(status)\(detail)"
    case .killed(let signal): "\(command) was ended by signal \(signal)\(detail)"
    }
  }
}

package struct Subprocess: Sendable {
  package var program: BytePath
  package var arguments: [BytePath]
  /// The whole environment, or nil for a copy of ours; `additions` are added to it.
  package var environment: [String: String]?
  package var additions: [String: String] = [:]
  package var directory: BytePath?
  /// The variable GIT_INDEX_FILE for git, as bytes.
  package var indexFile: BytePath?
  /// In seconds; nil for a program that only an interruption may end.
  package var limit: Double?
  /// What errors call it: the arguments may be long. It never contains a secret.
  package var label: String

  package init(_ words: [BytePath], directory: BytePath? = nil, limit: Double? = nil, label: String? = nil) {
    program = words.first ?? ""
    arguments = words
    self.directory = directory
    self.limit = limit
    self.label = label ?? words.prefix(3).map(\.description).joined(separator: " ")
  }

  /// Runs the program to its end and returns its standard output. `input` is written in the meantime.
  /// - Parameter expecting: about how many bytes will come, so that large output is not copied while it grows.
  /// - Throws: `SubprocessError` unless it ends with an exit code in `accepting`.
  @discardableResult
  package func output(
    input: [UInt8] = [], accepting: Set<Int32> = [0], expecting byteCount: Int = 0
  ) throws -> [UInt8] {
    var collected: [UInt8] = []
    collected.reserveCapacity(byteCount)
    var remaining = ArraySlice(input)
    try run(
      feed: {
        let piece = remaining.prefix(1 << 16)
        remaining = remaining.dropFirst(piece.count)
        return Array(piece)
      },
      consume: { collected.append(contentsOf: $0) }, isAccepted: { accepting.contains($0) })
    return collected
  }

  /// Runs the program to its end. `feed` is asked for input until it returns nothing; `consume` gets the output.
  /// - Parameters:
  ///   - errors: gets what it writes to its standard error.
  ///   - isAccepted: says whether an exit code is a success.
  @discardableResult
  package func run(
    feed: () throws -> [UInt8], consume: (UnsafeRawBufferPointer) throws -> Void,
    errors: (UnsafeRawBufferPointer) -> Void = { _ in }, isAccepted: (Int32) -> Bool = { $0 == 0 }
  ) throws -> Int32 {
    let child = try spawn()
    var isReaped = false
    defer { if !isReaped { child.kill() } }
    return try Interruption.withCanceller(child.terminate) {
      let message = try exchange(with: child, feed: feed, consume: consume, errors: errors)
      isReaped = true
      let ending = child.wait()
      try Interruption.check()
      return try code(of: ending, isAccepted: isAccepted, message: message)
    }
  }

  /// The exit code if it is accepted, otherwise an error.
  func code(of ending: Child.Ending, isAccepted: (Int32) -> Bool, message: String) throws -> Int32 {
    switch ending {
    case .exited(let code) where isAccepted(code): return code
    case .exited(let code):
      throw SubprocessError(command: label, reason: .failed(status: code), message: message)
    case .signalled(let number):
      throw SubprocessError(command: label, reason: .killed(signal: number), message: message)
    }
  }

  private func exchange(
    with child: Child, feed: () throws -> [UInt8], consume: (UnsafeRawBufferPointer) throws -> Void,
    errors complain: (UnsafeRawBufferPointer) -> Void
  ) throws -> String {
    let deadline = limit.map { MonotonicTime.now + $0 }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    var pending: ArraySlice<UInt8> = []
    var input: OpenFile? = child.input
    child.releaseInput()
    var output: OpenFile? = child.output
    var errors: OpenFile? = child.errors
    var message: [UInt8] = []
    var hasExited = false
    while output != nil || errors != nil || input != nil {
      if input != nil && pending.isEmpty {
        pending = ArraySlice(try feed())
        if pending.isEmpty { input = nil }
      }
      var watched = [
        pollfd(fd: output?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: input?.descriptor ?? -1, events: Int16(POLLOUT), revents: 0),
      ]
      let wait = deadline.map { max(0, ($0 - MonotonicTime.now) * 1000) } ?? 200
      let ready = poll(&watched, nfds_t(watched.count), hasExited ? 0 : Int32(min(wait, 200)) + 1)
      if ready < 0 && errno != EINTR { throw SystemError(operation: "wait for \(label)") }
      if let deadline, let limit, MonotonicTime.now > deadline {
        throw SubprocessError(command: label, reason: .timedOut(seconds: limit), message: Self.text(message))
      }
      if ready <= 0 {
        // Once it has ended, one more poll reads what it wrote last, and then this loop ends: programs that the child left
        // running may hold its pipes open for ever.
        if ready == 0 && hasExited { break }
        hasExited = child.hasExited
        continue
      }
      if watched[0].revents != 0, let stream = output {
        let count = try check("read from \(label)") {
          read(stream.descriptor, buffer.baseAddress, buffer.count)
        }
        if count == 0 {
          output = nil
        } else {
          try consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
      }
      if watched[1].revents != 0, let stream = errors {
        let count = try check("read from \(label)") {
          read(stream.descriptor, buffer.baseAddress, buffer.count)
        }
        if count == 0 {
          errors = nil
        } else {
          complain(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          message = (message + buffer[..<count]).suffix(8192)
        }
      }
      if watched[2].revents != 0, let stream = input {
        let count = pending.withUnsafeBytes { write(stream.descriptor, $0.baseAddress, $0.count) }
        // If a child stops reading, its exit code shows why.
        if count < 0 && errno != EAGAIN && errno != EINTR { (input, pending) = (nil, []) }
        if count > 0 { pending = pending.dropFirst(count) }
      }
    }
    return Self.text(message)
  }

  static func text(_ bytes: [UInt8]) -> String {
    var lines = String(decoding: bytes, as: UTF8.self)
    while let last = lines.last, last.isWhitespace { lines.removeLast() }
    return lines
  }

  func spawn() throws -> Child {
    let (childInput, ourInput) = try Self.pipe()
    let (ourOutput, childOutput) = try Self.pipe()
    let (ourErrors, childErrors) = try Self.pipe()
    _ = fcntl(ourInput.descriptor, F_SETFL, O_NONBLOCK)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, childInput.descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, childOutput.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, childErrors.descriptor, 2)
    if let directory {
      _ = directory.withCString { posix_spawn_file_actions_addchdir_np(&actions, $0) }
    }
    // A group of its own: the terminal's Ctrl-C reaches only us, and we decide what it means for the child.
    var attributes = Self.attributes(flags: POSIX_SPAWN_SETPGROUP)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)

    var variables = environment ?? ProcessEnvironment.variables
    for (name, value) in additions { variables[name] = value }
    var process = pid_t()
    let code = Self.withCStrings(arguments) { argv in
      let index = indexFile.map { [BytePath("GIT_INDEX_FILE=".utf8 + $0.bytes)] } ?? []
      return Self.withCStrings(variables.map { BytePath("\($0.key)=\($0.value)") } + index) { envp in
        program.withCString { posix_spawnp(&process, $0, &actions, &attributes, argv, envp) }
      }
    }
    if code == ENOENT, let directory, !FileTree.exists(directory) {
      throw SystemError(code: code, operation: "start \(label) in", path: directory)
    }
    if code == ENOENT {
      throw SubprocessError(command: program.description, reason: .notFound, message: "")
    }
    if code != 0 { throw SystemError(code: code, operation: "start", path: program) }
    return Child(process: process, input: ourInput, output: ourOutput, errors: ourErrors)
  }

  /// Attributes with which a child has no signal blocked or ignored. The caller destroys them.
  static func attributes(flags: Int32) -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var none = sigset_t()
    sigemptyset(&none)
    var defaults = Signals.handled()
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | flags))
    return attributes
  }

  static func pipe() throws -> (read: OpenFile, write: OpenFile) {
    var ends: [Int32] = [0, 0]
    try check("make a pipe") { pipe2(&ends, O_CLOEXEC) }
    return (OpenFile(adopting: ends[0], path: "pipe"), OpenFile(adopting: ends[1], path: "pipe"))
  }

  static func withCStrings<Result>(
    _ texts: [BytePath], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = texts.map { text in text.withExactCString { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}
