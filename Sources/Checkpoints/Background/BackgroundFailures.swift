// Failures of background work that no command has reported yet. A worker that was killed cannot report anything itself, so
// what it last wrote about its work is looked up.

import ChunkStore
import FileSystem

package struct BackgroundFailures {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  /// Each is returned once.
  package func untold(at now: Timestamp) throws -> [WorkerLock.Failure] {
    do {
      try noteKilled()
    } catch let error as SystemError where error.isNotWritable {
      // A read-only store stays as it is.
    }
    return WorkerLock.Role.allCases.compactMap { role in
      guard var failure = WorkerLock.failure(of: role, in: store), failure.isTold != true else { return nil }
      failure.isTold = true
      // If that cannot be noted, the failure is reported again.
      try? WorkerLock.note(failure, of: role, in: store)
      return failure
    }
  }

  /// Only a hook's unfinished checkpoint is lost; all other work is found and done again.
  private func noteKilled() throws {
    guard let state = try WorkerLock.abandoned(.hook, in: store) else { return }
    try WorkerLock.forgetAbandoned(.hook, in: store)
    if state.isAwaited == true { return }
    let failure = WorkerLock.Failure(
      at: state.startedAt, job: state.job, reason: "its process was killed, so there is no such checkpoint")
    try WorkerLock.note(failure, of: .hook, in: store)
    OperationsLog(store).append(
      OperationEntry(
        at: state.startedAt, operation: "hook \(state.job.prefix { $0 != ":" })", checkpoint: nil, seconds: 0,
        result: "\(failure.job): \(failure.reason)"))
  }
}
