// Tests that spend most of their time waiting: for a limit, for a server that does not answer, for a process to end. The test
// runner has as many threads as there are processors, and a test that waits keeps one of them idle, so these tests have a few
// threads of their own.

import FileSystem
import Synchronization
import Testing

package struct WaitingTests: SuiteTrait, TestTrait, TestScoping {
  package init() {}

  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    if testCase == nil { return try await function() }
    try await withTaskExecutorPreference(ThreadsForWaiting.shared) { try await function() }
  }
}

extension Trait where Self == WaitingTests {
  /// The tests mostly wait.
  package static var waiting: Self { WaitingTests() }
}

private final class ThreadsForWaiting: TaskExecutor {
  static let shared = ThreadsForWaiting()
  private static let width = 3

  private struct State {
    var jobs: [UnownedJob] = []
    var threadCount = 0
  }

  private let state = Mutex(State())

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      if state.threadCount == Self.width { return false }
      state.threadCount += 1
      return true
    }
    if needsThread { Threads.detach { self.work() } }
  }

  private func work() {
    while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// - Returns: nil if the thread has nothing left to do, and ends.
  private func next() -> UnownedJob? {
    state.withLock { state in
      if state.jobs.isEmpty {
        state.threadCount -= 1
        return nil
      }
      return state.jobs.removeFirst()
    }
  }
}
