// One operation that goes back, in an open project: plan, the user's decision, execution.

import Checkpoints
import DataSources

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
