// What rollback, undo, restore and run have in common: plan, question, execution, report.

import Checkpoints
import ChunkStore
import FileSystem

extension Command {
  static let rollbackCodes: [ExitCode] = [
    .done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed,
  ]

  /// Rolls everything back, as the command line says.
  static func carryOut(
    _ target: RollbackTarget, _ remarks: [String], _ workspace: Workspace, _ store: Store
  ) throws -> ExitCode {
    let invocation = workspace.invocation
    func request(_ manifest: Manifest) throws -> RollbackRequest {
      if manifest.kind == .release && invocation.has("--branch") {
        throw UsageError(
          description: "--branch moves the branch that a checkpoint recorded, and a release tag has none",
          hints: ["without --branch HEAD is detached at the tag, as git checkout does"])
      }
      return RollbackRequest(
        operation: .rollback, target: manifest, scope: .everything, moveBranch: invocation.has("--branch"),
        keepUntracked: invocation.has("--keep-untracked"))
    }
    switch target {
    case .checkpoint(let manifest):
      return try carryOut(request(manifest), workspace, store, remarks: remarks)
    case .release(let release):
      let rollback = try workspace.rollback(store, [])
      var request = try request(rollback.preview(release))
      request.release = release
      return try carryOut(request, workspace, store, remarks: remarks, by: rollback)
    }
  }

  /// Shows the plan, asks, does it, reports.
  /// - Parameters:
  ///   - isAnswered: the question was asked already, or the command line answers it.
  ///   - remarks: what is to be said about the target.
  ///   - preparer: who knows a target that is not recorded yet.
  static func carryOut(
    _ request: RollbackRequest, _ workspace: Workspace, _ store: Store, isAnswered: Bool? = nil,
    remarks: [String] = [], by preparer: Rollback? = nil
  ) throws -> ExitCode {
    let console = workspace.console
    let isAnswered = isAnswered ?? workspace.invocation.has("--yes")
    var request = request
    request.leavesDatabasesOut = workspace.invocation.has("--no-database")
    request.allowsPartial = workspace.invocation.has("--partial")
    if request.scope == .everything { request.services = try workspace.services() }
    let sources = try workspace.sources(for: request.target)
    let addresses = try AddressPlan(request.target, request.scope, workspace, store)
    request.leftAddresses = addresses.left
    var rollback = try preparer ?? workspace.rollback(store, sources)
    var plan = try rollback.plan(request)
    let isDry = workspace.invocation.has("--dry-run")
    for remark in remarks { console.remark(remark) }
    if isDry || !isAnswered {
      let name = request.release.map { "\(BytePath($0.tag))" } ?? request.target.id.description
      try RollbackText.show(plan, addresses, workspace, name: name, remarks: remarks, isResult: isDry)
    }
    if isDry { return .done }
    guard try console.confirm("go on?", isAnswered: isAnswered) else {
      console.remark("nothing was changed")
      return .failed
    }
    // The plan says it, too, if it was shown.
    if isAnswered, let file = request.target.unvouched,
      plan.restorations.contains(where: { !$0.record.isKeptFiles })
    {
      console.warning("\(file)")
    }
    if let release = request.release {
      request.target = try rollback.record(release)
      // A new one: what was planned with is not needed any more, and goes.
      rollback = try workspace.rollback(store, sources)
      plan = try rollback.plan(request)
    }
    try workspace.noteConsent(request.services, store)
    var result = try workspace.logged(LoggedOperation(request.operation), store) {
      (try rollback.execute(plan), request.target.id.description, nil)
    }
    result.notes += addresses.notes
    try RollbackText.report(result, request.operation, request.target, remarks: remarks, console)
    settle(workspace, store, sources)
    return code(of: result)
  }

  static func code(of result: RollbackResult) -> ExitCode {
    result.leftAlone.isEmpty && result.unrestored.isEmpty && result.failedService == nil ? .done : .partly
  }

  /// Makes room for what was replaced by earlier rollbacks. The rollback itself has succeeded already.
  static func settle(_ workspace: Workspace, _ store: Store, _ sources: [any DataSource]) {
    if workspace.startWorker(store, sources) { return }
    do {
      let clones = WarmClones(store, sources: sources, clock: workspace.clock, progress: workspace.progress)
      try clones.forgetGone()
      for name in try RetainedDatabases(store, sources: sources).settle(progress: workspace.progress) {
        workspace.console.remark(
          "the database \(name) of an earlier rollback was copied into the store and dropped")
      }
    } catch {
      workspace.console.warning("a database of an earlier rollback could not be put into the store: \(error)")
    }
  }
}
