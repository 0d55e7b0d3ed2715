// What went wrong in the background and was not reported yet. A worker that was killed cannot report it; the state that it wrote
// last is found.

import ChunkStore
import FileSystem

package struct BackgroundFailures {
  private let store: Store
  private let log: OperationsLog

  package init(_ store: Store, of project: Project) {
    (self.store, log) = (store, OperationsLog(store, of: project))
  }

  /// Each is reported once.
  package func untold(at now: Timestamp) throws -> [WorkerLock.Failure] {
    do {
      try noteKilled()
    } catch let error as SystemError where error.isNotWritable {
      // In a store that can only be read no worker writes anything, and there is nothing new to note.
    }
    return WorkerLock.Role.allCases.compactMap { role in
      guard var failure = WorkerLock.failure(of: role, in: store), failure.isTold != true else { return nil }
      failure.isTold = true
      // If that cannot be noted, it is reported again.
      try? WorkerLock.note(failure, of: role, in: store)
      return failure
    }
  }

  /// A hook's checkpoint that was not finished is lost; all other work is found again by the next worker.
  private func noteKilled() throws {
    guard let state = try WorkerLock.abandoned(.hook, in: store) else { return }
    try WorkerLock.forgetAbandoned(.hook, in: store)
    if state.isAwaited == true { return }
    let failure = WorkerLock.Failure(
      at: state.startedAt, job: state.job, reason: "its process was killed, so there is no such checkpoint")
    try WorkerLock.note(failure, of: .hook, in: store)
    log.append(
      OperationEntry(
        at: state.startedAt, operation: LoggedOperation(.hook, state.hook.map { .hook($0) }), checkpoint: nil,
        cause: .hook, seconds: 0, outcome: .failed("\(failure.job): \(failure.reason)")))
  }
}
