// Removing the checkpoints that the retention policies do not keep.

import Checkpoints
import FileSystem

extension ProjectSession {
  /// - Parameter decide: gets what would be removed, and says whether it is.
  package func prune(
    _ request: PruneRequest, decide: (PrunePlan) throws -> Bool
  ) throws -> PruneOutcome {
    if request.isDry { return try looking { PruneOutcome(plan: try $0.prunePlan(request)) } }
    if request.atOnce { return try alone { try $0.prune(request, decide) } }
    return try writing { try $0.prune(request, decide) }
  }
}

extension OpenProject {
  fileprivate func prunePlan(
    _ request: PruneRequest, verified: [CheckpointID: Bool] = [:]
  ) throws -> PrunePlan {
    try PrunePlan(
      catalog, project.settings, classes: request.classes, stability(),
      retained: RetainedDatabases(store, sources: []).list(), verified: verified, now: session.clock.now())
  }

  func prune(_ request: PruneRequest, _ decide: (PrunePlan) throws -> Bool) throws -> PruneOutcome {
    var plan = try prunePlan(request)
    var verified: [CheckpointID: Bool] = [:]
    // What is found out changes the plan: a damaged one replaces nothing.
    while case let next = plan.unverified.filter({ verified[$0.id] == nil }), !next.isEmpty {
      let verifier = try Verifier(store, objects(), location, sources: [], progress: session.progress)
      let report = try verifier.verify(next, now: session.clock.now())
      for (manifest, finding) in zip(next, report.findings) {
        verified[manifest.id] = finding.problems.isEmpty
      }
      plan = try prunePlan(request, verified: verified)
    }
    var outcome = PruneOutcome(plan: plan)
    let leaving = plan.unverified.isEmpty ? plan.removed : []
    if try leaving.isEmpty || !decide(plan) { return outcome }
    let deletion = try Deletion(project, store)
    let deleting = Result {
      try deletion.run(leaving, mayStay: true) { manifest in
        try logged(LoggedOperation(.prune)) { ((), .about(manifest.id)) }
        outcome.removed.append(manifest.id)
      }
    }
    // Also if it stopped halfway: on a full disk refs can be removed only when space is free.
    outcome.collection = Result { try collectGarbage(atOnce: request.atOnce) }
    try deleting.get()
    try Interruption.check()
    return outcome
  }
}
