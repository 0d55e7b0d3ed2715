// Looks for what would keep a rollback from writing its files, before anything is touched.

import FileSystem
import Git

struct ObstacleCheck {
  private let context: RollbackContext
  private let submodules: SubmoduleRestorer

  init(_ context: RollbackContext) {
    self.context = context
    submodules = SubmoduleRestorer(context)
  }

  /// Before the long part. The state is recorded in quarantine and forgotten.
  func beforeStaging(_ ongoing: OngoingRollback) throws {
    guard !ongoing.journal.scope.isOfDatabasesOnly, let wanted = ongoing.state else { return }
    let scratch = try ObjectDatabase.open(context.location, files: context.store.files)
    var policy = try context.project.capturePolicy(
      excluded: ongoing.target.excluded.map { GlobPattern($0) })
    policy.incoming = wanted.worktree
    let present = try StateCapture.run(context.location, into: scratch, policy: policy)
    try whileRecording(RecordedGit(captured: present, objects: scratch), ongoing)
  }

  /// When the state is recorded: nothing is touched yet, and nothing of what was recorded is published.
  func whileRecording(_ recorded: RecordedGit, _ ongoing: OngoingRollback) throws {
    guard !ongoing.journal.scope.isOfDatabasesOnly, let wanted = ongoing.state else { return }
    let (present, objects) = (recorded.captured, recorded.objects)
    let plan = try FileSelection(ongoing.journal, ongoing.target, context.location).files(
      from: present.state, to: wanted, keptInStore: context.catalog.filesInStore(ongoing.target), objects)
    let steps = try submodules.steps(ongoing, to: ongoing.target) { recorded.submodules?.captured(at: $0) }
    let isGoing = isGoing(recorded, ongoing.journal)
    try Obstruction.collect([
      { try WorktreeWriter(context.location, objects).check(plan, since: nil, isGoing: isGoing) },
      { try submodules.check(steps, since: nil, isGoing: isGoing) },
    ])
    try requireIntact(plan, from: present.state, to: wanted, objects)
    ongoing.planned = (present.state.tree, plan)
  }

  /// Whether a file goes before the others are written.
  private func isGoing(_ recorded: RecordedGit, _ journal: Journal) -> (BytePath) -> Bool {
    let setAside = Set(recorded.captured.setAside + (recorded.submodules?.setAside ?? []))
    let included = context.project.includedPatterns
    return { path in
      !journal.keepUntracked && (setAside.contains(path) || included.contains { $0.matches(path) })
    }
  }

  /// Damage is found before anything is replaced.
  private func requireIntact(
    _ plan: RestorePlan, from present: RecordedState, to wanted: RecordedState, _ objects: ObjectDatabase
  ) throws {
    try objects.fetchMissing(plan.writes.map(\.entry.id))
    for write in plan.writes { try objects.check(write.entry.id) }
    for (stage, tree) in wanted.index { _ = try objects.differences(from: present.index[stage], to: tree) }
    for id in wanted.operationFiles.values { try objects.check(id) }
  }

  /// The last look before anything is touched.
  func beforeTouching(_ work: FileWork, _ ongoing: OngoingRollback, _ rescue: Manifest) throws {
    let journal = ongoing.journal
    let kept = try context.catalog.filesInStore(ongoing.target)
    let saved = try context.catalog.filesInStore(rescue)
    let writer = WorktreeWriter(context.location, context.objects)
    try Obstruction.collect([
      {
        guard let files = work.files else { return }
        try writer.check(
          files, since: journal.rescueBegan, others: kept.filter { journal.scope.contains($0) },
          isGoing: journal.keepUntracked ? { _ in false } : saved.subtracting(kept).contains)
      },
      { try submodules.check(work.submodules, since: journal.rescueBegan, isGoing: saved.contains) },
    ])
  }
}
