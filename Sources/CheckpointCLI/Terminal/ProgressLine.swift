// One line on the terminal that shows the progress of an operation, after its first 250 ms. Never in a pipe.

import Checkpoints
import FileSystem
import Formatting
import Synchronization

final class ProgressLine: ProgressReporter {
  private static let delay = 0.25
  private static let interval = 0.1

  private struct State {
    var activity = ""
    var began = 0.0
    var lastShown = 0.0
    var isShown = false
  }

  private let state = Mutex(State())

  func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) {
    let now = MonotonicTime.now
    state.withLock { state in
      if state.activity != activity {
        state.activity = activity
        state.began = now
      }
      guard now - state.began >= Self.delay, now - state.lastShown >= Self.interval else { return }
      state.lastShown = now
      state.isShown = true
      Console.replaceLine(Self.line(activity, done, total, unit, elapsed: now - state.began))
    }
  }

  func finish(_ activity: String) {
    state.withLock { state in
      if state.isShown { Console.replaceLine("") }
      state = State()
    }
  }

  private static func line(
    _ activity: String, _ done: Int, _ total: Int?, _ unit: ProgressUnit, elapsed: Double
  ) -> String {
    func amount(_ value: Int) -> String { unit == .bytes ? Format.bytes(value) : Format.count(value) }
    guard let total, total > 0, done > 0 else { return activity + " …" }
    let rate = Double(done) / elapsed
    let left = max(0, Double(total - done) / rate)
    return
      "\(activity): \(amount(done)) of \(amount(total)), \(done * 100 / total) %, \(amount(Int(rate)))/s, "
      + "\(Int(left.rounded(.up))) s left"
  }
}
