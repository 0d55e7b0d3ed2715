// What rollback, undo, restore and run have in common: how the plan is shown, the question, the report.

import Checkpoints
import Operations

extension Command {
  static let rollbackCodes: [ExitCode] = [
    .done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed,
  ]

  static func code(of result: RollbackResult) -> ExitCode {
    result.leftAlone.isEmpty && result.unrestored.isEmpty && result.failedService == nil ? .done : .partly
  }
}

extension Workspace {
  /// Runs an operation that goes back, and reports what it did.
  /// - Parameter operation: gets the function that shows its plan and asks.
  func goBack(
    isAnswered: Bool? = nil, _ operation: ((GoBackPlan) throws -> Bool) throws -> GoBackOutcome?
  ) throws -> ExitCode {
    let isAnswered = isAnswered ?? invocation.has("--yes")
    guard let outcome = try operation({ try decide($0, isAnswered: isAnswered) }) else {
      return invocation.has("--dry-run") ? .done : .failed
    }
    try RollbackText.report(outcome, console)
    return Command.code(of: outcome.result)
  }

  /// Shows what would be done, and asks.
  private func decide(_ plan: GoBackPlan, isAnswered: Bool) throws -> Bool {
    let isDry = invocation.has("--dry-run")
    for remark in plan.remarks { console.remark(TargetText.line(remark)) }
    if isDry || !isAnswered { try RollbackText.show(plan, now: now, isResult: isDry, console) }
    if isDry { return false }
    guard try console.confirm("go on?", isAnswered: isAnswered) else {
      console.remark("nothing was changed")
      return false
    }
    // A plan that was shown says it already.
    if isAnswered, let file = plan.target.unvouched,
      plan.plan.restorations.contains(where: { !$0.record.isKeptFiles })
    {
      console.warning("\(file)")
    }
    return true
  }
}
