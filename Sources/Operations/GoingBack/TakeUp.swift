// Taking up an operation whose process was killed: to its end, or back to where it began.

import Checkpoints
import ChunkStore

extension ProjectSession {
  /// - Throws: `RollbackProblem.nothingPending` if no operation was interrupted.
  package func takeUp(_ request: TakeUpRequest) throws -> TakenUp {
    try alone(isResuming: true) { opened in
      guard var journal = try JournalFile(opened.store).read() else { throw RollbackProblem.nothingPending }
      // A database that is gone for good must not keep everything else from coming to an end.
      if choice.leavesOut && !journal.sources.isEmpty {
        journal.leavesDatabasesOut = true
        listener.hear(.databasesStay)
      }
      switch request.services {
      case .leftOut: journal.services?.commands = []
      case .run(let revertsOnFailure): if revertsOnFailure { journal.services?.revertsOnFailure = true }
      }
      try requireConsent(journal.services)
      if request.allowsPartial { journal.allowsPartial = true }
      let target = try opened.catalog.manifest(journal.target)
      // Going back to where it began needs the rescue only.
      let contents = request.way == .back ? nil : try opened.unpackChosen(target)
      defer { withExtendedLifetime(contents) {} }
      let rescue = try journal.rescue.map { try opened.catalog.manifest($0) }
      let sources = try opened.sources(for: target, since: rescue)
      let rollback = try opened.rollback(sources)
      try AbandonedWork.remove(from: opened.store, project.location, opened.objects())
      switch request.way {
      case .back:
        let notes = try opened.logged(LoggedOperation(journal.operation, .end(.takenBack))) {
          (try rollback.abandon(journal), .about(journal.target))
        }
        return .abandoned(operation: journal.operation, target: journal.target, notes: notes)
      case .forward:
        let result = try opened.logged(LoggedOperation(journal.operation, .end(.finished))) {
          (try rollback.resume(journal), .about(journal.target))
        }
        opened.settle(sources)
        return .finished(
          GoBackOutcome(
            operation: journal.operation, target: target, remarks: [], addresses: nil, result: result))
      }
    }
  }
}
