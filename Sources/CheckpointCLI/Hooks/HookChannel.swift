// What the process that takes a hook's checkpoint says to the one that git waits for: a line of JSON for each message,
// through a pipe. The first goes on when nobody listens any more, the second when nobody speaks any more.

import Checkpoints
import FileSystem
import FoundationEssentials
import Glibc
import Synchronization

/// What a hook hands to the process that does its work.
struct HookOrder: Codable {
  var hook: GitHook
  /// As git gave them.
  var arguments: [String]
  /// pre-push: what git said on standard input.
  var input: Data
  /// By the clock that never steps back, which all processes share.
  var startedAt: Double
}

enum HookMessage: Codable, Sendable {
  /// The next message comes within so many seconds. Otherwise `text` is said, and `code` is the end.
  case within(seconds: Double, code: Int32, text: String)
  case say(String)
  /// Where the other process writes what nobody reads.
  case log(String)
  case progress(activity: String, done: Int, total: Int?, isBytes: Bool)
  case progressEnd(activity: String)
  /// Nobody need wait any longer.
  case end(code: Int32)
}

/// The speaking end. It may be used from any thread.
final class HookChannel: ProgressReporter {
  private static let interval = 0.1

  private struct State {
    var hasEnded = false
    var hasGoneOn = false
    var lastProgress = 0.0
  }

  private let output: OpenFile
  private let state = Mutex(State())

  init(_ output: OpenFile) { self.output = output }

  /// Whether git has gone on before all was done: nobody hears what comes of the rest.
  var hasGoneOn: Bool { state.withLock { $0.hasGoneOn } }

  /// Lets git go on, while something is still to be done.
  func goOn() {
    send(.end(code: ExitCode.done.rawValue))
    state.withLock { $0.hasGoneOn = true }
  }

  func send(_ messages: HookMessage...) {
    state.withLock { state in
      if state.hasEnded { return }
      for message in messages {
        guard let line = try? JSONEncoder().encode(message) else { continue }
        if case .end = message { state.hasEnded = true }
        (Array(line) + [0x0A]).withUnsafeBytes { Console.pass($0, to: output.descriptor) }
      }
    }
  }

  func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) {
    let now = MonotonicTime.now
    let isDue = state.withLock { state in
      if now - state.lastProgress < Self.interval { return false }
      state.lastProgress = now
      return true
    }
    if isDue { send(.progress(activity: activity, done: done, total: total, isBytes: unit == .bytes)) }
  }

  func finish(_ activity: String) { send(.progressEnd(activity: activity)) }
}

/// The listening end.
struct HookListener {
  enum Event {
    case message(HookMessage)
    case timedOut
    case closed
  }

  private let input: OpenFile
  private var buffer: [UInt8] = []

  init(_ input: OpenFile) { self.input = input }

  /// Waits for the next message.
  /// - Throws: `Interrupted`.
  mutating func next(until deadline: Double) throws -> Event {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = Data(buffer[..<end])
        buffer.removeSubrange(...end)
        if let message = try? JSONDecoder().decode(HookMessage.self, from: line) { return .message(message) }
        continue
      }
      try Interruption.check()
      let left = deadline - MonotonicTime.now
      if left <= 0 { return .timedOut }
      var watched = pollfd(fd: input.descriptor, events: Int16(POLLIN), revents: 0)
      // In short steps, so that Ctrl-C is heard.
      guard poll(&watched, 1, Int32(min(left * 1000, 100).rounded(.up))) > 0 else { continue }
      var piece = [UInt8](repeating: 0, count: 1 << 14)
      let count = read(input.descriptor, &piece, piece.count)
      if count <= 0 { return .closed }
      buffer += piece[..<count]
    }
  }
}
