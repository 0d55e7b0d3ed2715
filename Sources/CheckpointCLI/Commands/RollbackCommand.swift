// `checkpoint rollback`: to a checkpoint or a release, and out of an interrupted rollback.

import Checkpoints
import ChunkStore

extension Command {

  static let rollback = Command(
    name: "rollback", operands: [.optional("SELECTOR", .checkpoint)],
    summary: "go back to a checkpoint (default: the last stable one, else the latest)",
    details: """
      What is there now is kept first, and “checkpoint undo” brings it back. HEAD goes to the
      recorded branch if it still points at the recorded commit, and is detached there otherwise.
      Stable is what was marked so, a stage's complete, and what was taken at a release tag (“checkpoint
      mark --help”). A release tag at which no checkpoint was taken is restored as git has it: the
      database, untracked and ignored files stay as they are.
      """,
    options: [
      .flag("--branch", help: "move the recorded branch back instead of detaching HEAD"),
      .flag("--keep-untracked", help: "leave untracked files that came later"),
      SharedOptions.partial,
      .flag("-n", "--dry-run", help: "show what would be done"),
      SharedOptions.yes,
      .flag("--continue", help: "finish an interrupted rollback"),
      .flag("--abort", help: "bring back what was before an interrupted rollback"),
      AddressPlan.option,
    ] + SharedOptions.services + SharedOptions.database,
    examples: [
      "checkpoint rollback", "checkpoint rollback stage-02-start --dry-run", "checkpoint rollback v1.2",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    let workspace = try Workspace(invocation)
    if invocation.has("--continue") || invocation.has("--abort") {
      return try workspace.alone(isResuming: true) { try resume(workspace, $0) }
    }
    return try workspace.alone { store in
      let (target, remarks) = try RollbackTarget.find(invocation.operands.first, workspace, store)
      return try carryOut(target, remarks, workspace, store)
    }
  }

  private static func resume(_ workspace: Workspace, _ store: Store) throws -> ExitCode {
    guard var journal = try JournalFile(store).read() else { throw RollbackProblem.nothingPending }
    // A database that is gone for good must not keep everything else from coming to an end.
    if workspace.invocation.has("--no-database") && !journal.sources.isEmpty {
      journal.leavesDatabasesOut = true
      workspace.console.warning(
        "the database is left as it is now; what is kept of it, checkpoint status names")
    }
    if workspace.invocation.has("--no-services") { journal.services?.commands = [] }
    try workspace.requireConsent(journal.services)
    if workspace.invocation.has("--partial") { journal.allowsPartial = true }
    if workspace.invocation.has("--revert-on-failure") { journal.services?.revertsOnFailure = true }
    let target = try Catalog(store).manifest(journal.target)
    let rescue = try journal.rescue.map { try Catalog(store).manifest($0) }
    let sources = try workspace.sources(for: target, since: rescue)
    let rollback = try workspace.rollback(store, sources)
    try AbandonedWork.remove(from: store, workspace.project.location, workspace.objects())
    if workspace.invocation.has("--abort") {
      let notes = try workspace.logged(LoggedOperation(journal.operation, .end(.takenBack)), store) {
        (try rollback.abandon(journal), journal.target.description, nil)
      }
      for note in notes { workspace.console.remark(note) }
      try workspace.console.outcome(
        "everything is as it was before the \(journal.operation) to \(journal.target)")
      return .done
    }
    let result = try workspace.logged(LoggedOperation(journal.operation, .end(.finished)), store) {
      (try rollback.resume(journal), journal.target.description, nil)
    }
    try RollbackText.report(result, journal.operation, target, workspace.console)
    settle(workspace, store, sources)
    return code(of: result)
  }

}
