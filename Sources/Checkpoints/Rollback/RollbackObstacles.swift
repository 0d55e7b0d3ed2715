// What would stop the files of a rollback, looked for while nothing is touched.

import FileSystem
import Git

extension Rollback {
  /// Looks for what would stop the files, before the long part begins. The state is recorded in quarantine and
  /// forgotten.
  func checkObstacles(_ plan: RollbackPlan) throws {
    guard !plan.journal.scope.isDatabasesAlone, let target = plan.state else { return }
    let scratch = try ObjectDatabase.open(project.location, files: store.files)
    var policy = try project.capturePolicy(excluded: plan.target.excluded.map { GlobPattern($0) })
    policy.incoming = target.worktree
    let present = try StateCapture.run(project.location, into: scratch, policy: policy)
    try requireNoObstacles(RecordedGit(captured: present, database: scratch), plan)
  }

  /// Nothing is touched yet, and nothing of what was recorded is published.
  func requireNoObstacles(_ recorded: RecordedGit, _ plan: RollbackPlan) throws {
    guard !plan.journal.scope.isDatabasesAlone, let target = plan.state else { return }
    let (present, objects) = (recorded.captured, recorded.database)
    let restore = try plan.files(
      from: present.state, to: target, keptInStore: catalog.filesInStore(plan.target), objects)
    let setAside = Set(present.setAside + (recorded.submodules?.setAside ?? []))
    let included = project.includedPatterns
    let isGoing = { (path: BytePath) in
      !plan.journal.keepUntracked && (setAside.contains(path) || included.contains { $0.matches(path) })
    }
    let submodules = try submoduleSteps(plan, to: plan.target) { recorded.submodules?.captured(at: $0) }
    try Obstruction.collect([
      { try WorktreeWriter(self.project.location, objects).check(restore, since: nil, isGoing: isGoing) },
      { try self.check(submodules, since: nil, isGoing: isGoing) },
    ])
    // Damage is found before anything is replaced.
    try objects.fetchMissing(restore.writes.map(\.entry.id))
    for write in restore.writes { try objects.check(write.entry.id) }
    for (stage, tree) in target.index {
      _ = try objects.differences(from: present.state.index[stage], to: tree)
    }
    for id in target.operationFiles.values { try objects.check(id) }
    planned = (present.state.tree, restore)
  }

  /// What the files need, from the state that the rescue has.
  func plannedFiles(_ plan: RollbackPlan, _ rescue: Manifest) throws -> RestorePlan? {
    guard !plan.journal.scope.isDatabasesAlone, let target = plan.state,
      let present = try recordedState(rescue)
    else { return nil }
    if planned?.from == present.tree { return planned?.files }
    let restore = try plan.files(
      from: present, to: target, keptInStore: catalog.filesInStore(plan.target), database)
    try database.fetchMissing(restore.writes.map(\.entry.id))
    return restore
  }

  /// The last look before anything is touched.
  func requireRoom(
    for restore: RestorePlan?, _ submodules: [SubmoduleStep], _ plan: RollbackPlan, _ rescue: Manifest
  ) throws {
    let (kept, saved) = (try catalog.filesInStore(plan.target), try catalog.filesInStore(rescue))
    let writer = WorktreeWriter(project.location, database)
    try Obstruction.collect([
      {
        guard let restore else { return }
        try writer.check(
          restore, since: plan.journal.rescueBegan, others: kept.filter { plan.journal.scope.contains($0) },
          isGoing: plan.journal.keepUntracked ? { _ in false } : saved.subtracting(kept).contains)
      },
      { try self.check(submodules, since: plan.journal.rescueBegan, isGoing: saved.contains) },
    ])
  }
}
