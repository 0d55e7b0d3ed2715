// Everything about a rollback that can be known beforehand. Nothing is changed.

import FileSystem
import Git

struct RollbackPlanner {
  private let context: RollbackContext
  private let sources: RestorationPlanner

  init(_ context: RollbackContext) {
    self.context = context
    sources = RestorationPlanner(context)
  }

  func plan(_ request: RollbackRequest) throws -> RollbackPlan {
    try context.journalFile.requireNone()
    let (target, scope) = (request.target, request.scope)
    var journal = journal(for: request)
    let restorations = try sources.restorations(for: target, journal, isResuming: false)
    let state = try context.recordedState(target)
    if scope == .everything {
      if state != nil { try WorktreeWriter.requireUnlocked(context.location) }
      try SubmoduleRestorer(context).requireAll(of: target)
      if let state {
        (journal.head, journal.headBefore) = try HeadPlanner(context).destinations(for: state, request)
      }
    }
    if restorations.isEmpty && (state == nil || scope.isOfDatabasesOnly) {
      throw RollbackProblem.nothingToRestore(target.id, scope.isOfDatabasesOnly ? "database" : "file")
    }
    return RollbackPlan(
      journal: journal, target: target, state: state, location: context.location,
      restorations: restorations, leftDatabases: sources.leftDatabases(target, journal))
  }

  /// What is left to do of an operation that another process began.
  func plan(resuming journal: Journal) throws -> RollbackPlan {
    let target = try context.catalog.manifest(journal.target)
    return RollbackPlan(
      journal: journal, target: target, state: try context.recordedState(target),
      location: context.location,
      restorations: try sources.restorations(for: target, journal, isResuming: true),
      leftDatabases: sources.leftDatabases(target, journal))
  }

  private func journal(for request: RollbackRequest) -> Journal {
    let now = context.clock.now()
    var journal = Journal(
      operation: request.operation, startedAt: now, target: request.target.id,
      worktree: context.location.worktreeName, scope: request.scope,
      // A release's record covers git only, so files that git does not have must stay.
      keepUntracked: request.keepUntracked || request.target.kind == .release,
      token: OperationToken.make(at: now))
    journal.leavesDatabasesOut = request.leavesDatabasesOut
    journal.allowsPartial = request.allowsPartial ? true : nil
    journal.leftAddresses = request.leftAddresses.isEmpty ? nil : request.leftAddresses
    journal.services = request.scope == .everything ? request.services : nil
    return journal
  }
}
