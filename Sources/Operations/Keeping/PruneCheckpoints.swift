// Removing the checkpoints that the retention policies do not keep.

import Checkpoints
import FileSystem

extension ProjectSession {
  /// - Parameter decide: gets what would be removed, and says whether it is. The store is not locked meanwhile.
  package func prune(
    _ request: PruneRequest, decide: (PrunePlan) throws -> Bool
  ) throws -> PruneOutcome {
    if request.isDry { return try looking { PruneOutcome(plan: try $0.prunePlan(request)) } }
    var outcome = try writing { opened in
      let plan = try opened.verifiedPlan(request)
      if plan.changesNothing { opened.notePruning(request) }
      return PruneOutcome(plan: plan)
    }
    if try outcome.plan.changesNothing || !decide(outcome.plan) { return outcome }
    func remove(_ opened: OpenProject) throws {
      // Only what both plans remove: something may have changed since the question.
      let still = Set(try opened.prunePlan(request, verified: outcome.plan.verified).removed.map(\.id))
      outcome.collection = try opened.remove(
        outcome.plan.removed.filter { still.contains($0.id) }, request
      ) { outcome.removed.append($0) }
      opened.notePruning(request)
    }
    // First, because what goes frees space.
    if !outcome.plan.removed.isEmpty { try request.atOnce ? alone(remove) : writing(remove) }
    if !outcome.plan.archived.isEmpty { try archive(request, &outcome) }
    try Interruption.check()
    return outcome
  }
}

extension ProjectSession {
  /// Archives what both plans put there. Other commands can go on meanwhile, because compressing takes time.
  private func archive(_ request: PruneRequest, _ outcome: inout PruneOutcome) throws {
    try writing { opened in
      let still = Set(try opened.prunePlan(request, verified: outcome.plan.verified).archived.map(\.id))
      let wanted = outcome.plan.archived.filter { still.contains($0.id) }
      try opened.archive(wanted, isOfMany: true, &outcome.archives) { _ in }
      opened.notePruning(request)
    }
    if outcome.archives.archived.isEmpty { return }
    func collect(_ opened: OpenProject) throws {
      // Together with what removing has freed.
      let earlier = outcome.collection
      outcome.collection = Result {
        var both = try opened.collectGarbage(atOnce: request.atOnce)
        let removed = try earlier?.get().removed
        both.removed.chunks += removed?.chunks ?? 0
        both.removed.bytes += removed?.bytes ?? 0
        return both
      }
    }
    try request.atOnce ? alone(collect) : writing(collect)
  }
}

extension OpenProject {
  /// The worker need not do today what was done by hand or by the schedule.
  fileprivate func notePruning(_ request: PruneRequest) {
    guard request.classes.isSuperset(of: PruneRequest.inBackground) else { return }
    // What was to be removed is gone; that this cannot be noted, as on a full disk, does not change that.
    try? StoreStamp.pruned(store).write(session.clock.now())
  }

  fileprivate func prunePlan(
    _ request: PruneRequest, verified: [CheckpointID: Bool] = [:]
  ) throws -> PrunePlan {
    try PrunePlan(
      catalog, project.settings, classes: request.classes, stability(), verified: verified,
      now: session.clock.now())
  }

  /// Verifies what would replace others. What is found out changes the plan: a damaged one replaces nothing.
  func verifiedPlan(_ request: PruneRequest) throws -> PrunePlan {
    var plan = try prunePlan(request)
    while case let next = plan.unverified.filter({ plan.verified[$0.id] == nil }), !next.isEmpty {
      let verifier = try Verifier(store, objects(), location, sources: [], progress: session.progress)
      let report = try verifier.verify(next, now: session.clock.now())
      var verified = plan.verified
      for manifest in next {
        let finding = report.findings.first { $0.checkpoint == "\(manifest.id)" }
        verified[manifest.id] = finding?.problems.isEmpty ?? false
      }
      plan = try prunePlan(request, verified: verified)
    }
    return plan
  }

  /// - Returns: what became of their space.
  func remove(
    _ manifests: [Manifest], _ request: PruneRequest, done: (CheckpointID) -> Void = { _ in }
  ) throws -> Result<GarbageCollection.Result, any Error> {
    let deletion = Deletion(project, store)
    let deleting = Result {
      try deletion.run(manifests, mayStay: true) { manifest in
        try logged(LoggedOperation(.prune)) { ((), .about(manifest.id)) }
        done(manifest.id)
      }
    }
    // Also if it stopped halfway: on a full disk refs can be removed only when space is free.
    let collection = Result { try collectGarbage(atOnce: request.atOnce) }
    try deleting.get()
    return collection
  }
}
