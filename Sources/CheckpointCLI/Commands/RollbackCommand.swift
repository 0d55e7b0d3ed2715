// `checkpoint rollback`: to a checkpoint or a release, and out of an interrupted rollback.

import Checkpoints
import Operations

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
      SharedOptions.takeAddress,
    ] + SharedOptions.services + SharedOptions.database,
    examples: [
      "checkpoint rollback", "checkpoint rollback stage-02-start --dry-run", "checkpoint rollback v1.2",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    let workspace = try Workspace(invocation)
    if invocation.has("--continue") { return try takeUp(.forward, workspace) }
    if invocation.has("--abort") { return try takeUp(.back, workspace) }
    var request = GoBackRequest(invocation.operands.first.map { .selected($0) } ?? .usual)
    request.movesBranch = invocation.has("--branch")
    request.keepsUntracked = invocation.has("--keep-untracked")
    request.allowsPartial = invocation.has("--partial")
    request.takesAddresses = invocation.has("--take-address")
    request.services = workspace.services
    return try workspace.goBack { try workspace.session.goBack(request, decide: $0) }
  }

  private static func takeUp(_ way: TakeUpRequest.Way, _ workspace: Workspace) throws -> ExitCode {
    var request = TakeUpRequest(way)
    request.allowsPartial = workspace.invocation.has("--partial")
    request.services = workspace.services
    switch try workspace.session.takeUp(request) {
    case .finished(let outcome):
      try RollbackText.report(outcome, workspace.console)
      return code(of: outcome.result)
    case .abandoned(let operation, let target, let notes):
      for note in notes { workspace.console.remark(note) }
      try workspace.console.outcome("everything is as it was before the \(operation) to \(target)")
      return .done
    }
  }
}
