// A progress reporter that remembers everything that was reported to it, in order, from any thread.

import Checkpoints
import Synchronization

package final class RecordingProgress: ProgressReporter {
  package struct Update: Sendable, Hashable {
    package var activity: String
    package var done: Int
    package var total: Int?
    package var unit: ProgressUnit
  }

  private let state = Mutex<(updates: [Update], finished: [String])>(([], []))

  package init() {}

  package var updates: [Update] { state.withLock { $0.updates } }
  package var finished: [String] { state.withLock { $0.finished } }

  package func update(_ activity: String, done: Int, total: Int?, unit: ProgressUnit) {
    state.withLock { $0.updates.append(Update(activity: activity, done: done, total: total, unit: unit)) }
  }

  package func finish(_ activity: String) { state.withLock { $0.finished.append(activity) } }
}
