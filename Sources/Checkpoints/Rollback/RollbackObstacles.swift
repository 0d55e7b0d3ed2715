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
    let (setAside, included) = (Set(present.setAside), project.includedPatterns)
    try WorktreeWriter(project.location, objects).check(
      restore, since: nil,
      isGoing: { path in
        !plan.journal.keepUntracked && (setAside.contains(path) || included.contains { $0.matches(path) })
      })
    // Damage is found before anything is replaced.
    try objects.fetchMissing(restore.writes.map(\.entry.id))
    for write in restore.writes { try objects.check(write.entry.id) }
    for (stage, tree) in target.index {
      _ = try objects.differences(from: present.state.index[stage], to: tree)
    }
    for id in target.operationFiles.values { try objects.check(id) }
    planned = (present.state.tree, restore)
  }
}
