// The worker's end of the pipe between the two processes of a hook. If the front goes away, the worker carries on; if
// the worker goes away, the front lets git continue.

import Checkpoints
import FileSystem
import FoundationEssentials
import Glibc
import Synchronization

/// It may be used from any thread.
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

  /// Whether git has gone on before everything was done. The front has ended then, and hears nothing of the rest.
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
