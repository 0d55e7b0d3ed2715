// Going back: to a checkpoint or a release, back from there, or to a part of a checkpoint. Plan, the user's decision, execution,
// and then whatever room earlier rollbacks still take.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension ProjectSession {
  /// Goes back to a checkpoint or a release, with everything that it holds.
  /// - Parameters:
  ///   - patience: seconds to wait for others to finish.
  ///   - decide: gets the plan, and says whether it is carried out.
  /// - Returns: nil if it is not.
  package func goBack(
    _ request: GoBackRequest, patience: Double? = nil, decide: (GoBackPlan) throws -> Bool
  ) throws -> GoBackOutcome? {
    try alone(patience: patience) { opened in
      let chosen = try ChosenTarget(request.target, in: opened)
      switch chosen.place {
      case .checkpoint(let manifest):
        if manifest.kind == .release && request.movesBranch { throw GoBackProblem.releaseHasNoBranch }
        let going = GoingBack(opened, request, remarks: chosen.remarks)
        return try going.carryOut(going.request(for: manifest), decide)
      case .release(let release):
        if request.movesBranch { throw GoBackProblem.releaseHasNoBranch }
        let rollback = try opened.rollback([])
        let going = GoingBack(opened, request, remarks: chosen.remarks, preparer: rollback)
        var wanted = try going.request(for: rollback.preview(release))
        wanted.release = release
        return try going.carryOut(wanted, decide)
      }
    }
  }

  /// Brings back a part of a checkpoint, and leaves HEAD and the index as they are.
  /// - Parameter scope: which part.
  package func restorePart(
    of selector: String, _ request: GoBackRequest, scope: (RecordedFiles) throws -> OperationScope,
    decide: (GoBackPlan) throws -> Bool
  ) throws -> GoBackOutcome? {
    try alone { opened in
      let target = try opened.select(selector)
      let scope = try scope(RecordedFiles(of: target, opened))
      return try GoingBack(opened, request).carryOut(
        RollbackRequest(
          operation: .restore, target: target, scope: scope, keepUntracked: request.keepsUntracked), decide)
    }
  }
}

/// One operation that goes back, in an open project.
struct GoingBack {
  let opened: OpenProject
  let wanted: GoBackRequest
  let remarks: [TargetRemark]
  /// Who knows a target that is not recorded yet.
  let preparer: Rollback?

  private var session: ProjectSession { opened.session }

  init(
    _ opened: OpenProject, _ wanted: GoBackRequest, remarks: [TargetRemark] = [], preparer: Rollback? = nil
  ) {
    self.opened = opened
    self.wanted = wanted
    self.remarks = remarks
    self.preparer = preparer
  }

  func request(for target: Manifest) throws -> RollbackRequest {
    if case .replaced = wanted.target {
      let scope = try opened.catalog.notes(target.id).scope?.reversed { try SourceKinds.takingBack($0) }
      return RollbackRequest(operation: .undo, target: target, scope: scope ?? .everything)
    }
    return RollbackRequest(
      operation: .rollback, target: target, scope: .everything, moveBranch: wanted.movesBranch,
      keepUntracked: wanted.keepsUntracked)
  }

  func carryOut(_ request: RollbackRequest, _ decide: (GoBackPlan) throws -> Bool) throws -> GoBackOutcome? {
    var request = request
    request.leavesDatabasesOut = session.choice.leavesOut
    request.allowsPartial = wanted.allowsPartial
    if request.scope == .everything { request.services = try session.services(wanted.services) }
    let sources = try opened.sources(for: request.target)
    let addresses = try AddressPlan(
      request.target, request.scope, takesAddresses: wanted.takesAddresses, opened)
    request.leftAddresses = addresses.left
    var rollback = try preparer ?? opened.rollback(sources)
    var plan = try rollback.plan(request)
    let tag = request.release?.tag
    guard try decide(GoBackPlan(plan, addresses, remarks, tag: tag, opened)) else { return nil }
    if let release = request.release {
      request.target = try rollback.record(release)
      // A new one: what was planned with is not needed any more, and goes.
      rollback = try opened.rollback(sources)
      plan = try rollback.plan(request)
    }
    try session.noteConsent(request.services, opened.store)
    let result = try opened.logged(LoggedOperation(request.operation)) {
      (try rollback.execute(plan), .about(request.target.id))
    }
    opened.settle(sources)
    return GoBackOutcome(
      operation: request.operation, target: request.target, remarks: remarks, addresses: addresses,
      result: result)
  }
}

extension OpenProject {
  /// Makes room for what was replaced by earlier rollbacks, in the background if that is allowed. The operation itself has
  /// succeeded already.
  func settle(_ sources: [any DataSource]) {
    if session.startWorker(store, sources) { return }
    do {
      try clones(sources).forgetGone()
      for name in try RetainedDatabases(store, sources: sources).settle(progress: session.progress) {
        session.listener.hear(.secured(database: name))
      }
    } catch {
      session.listener.hear(.notSecured(error))
    }
  }
}
