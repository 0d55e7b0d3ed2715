// Submodules' working copies in a rollback, where the checkpoint has recorded them. Their branches are never moved.

import FileSystem
import Git

extension Rollback {
  /// What there is to restore, checked; nothing is changed.
  struct SubmoduleStep {
    let submodule: Submodule
    let from: RecordedState
    let to: RecordedState
    let plan: RestorePlan
  }

  /// Every submodule that was recorded must be checked out now.
  func requireSubmodules(_ target: Manifest) throws {
    for record in target.git.submodules ?? [] {
      let submodule = try Submodule.open(record.path, in: project.location, files: store.files)
      guard let submodule, submodule.database.exists(record.stateTree) else {
        throw RollbackProblem.submoduleMissing(record.path, isCheckedOut: submodule != nil)
      }
      try WorktreeWriter.requireUnlocked(submodule.location)
    }
  }

  /// The trees that will be written over submodules.
  func incomingSubmodules(_ target: Manifest) throws -> [BytePath: ObjectID] {
    try (target.git.submodules ?? []).reduce(into: [:]) { trees, record in
      if let submodule = try Submodule.open(record.path, in: project.location, files: store.files) {
        trees[record.path] = try submodule.state(record).worktree
      }
    }
  }

  /// - Parameter isReverting: the way back from a rollback that was not finished.
  func submoduleSteps(
    _ plan: RollbackPlan, from present: Manifest, to target: Manifest, isReverting: Bool = false
  ) throws -> [SubmoduleStep] {
    try submoduleSteps(plan, to: target, isReverting: isReverting) { path in
      guard let other = present.git.submodules?.first(where: { $0.path == path }),
        let submodule = try Submodule.open(path, in: self.project.location, files: self.store.files)
      else { return nil }
      return (submodule, try submodule.state(other))
    }
  }

  /// - Parameter present: the state that a submodule is in; nil where none is checked out or recorded.
  func submoduleSteps(
    _ plan: RollbackPlan, to target: Manifest, isReverting: Bool = false,
    present: (BytePath) throws -> (submodule: Submodule, state: RecordedState)?
  ) throws -> [SubmoduleStep] {
    guard plan.journal.scope == .everything else { return [] }
    let excluded = plan.target.excluded.map { GlobPattern($0) }
    let kept = try catalog.filesInStore(target)
    return try (target.git.submodules ?? []).compactMap { record in
      guard let (submodule, from) = try present(record.path) else { return nil }
      let to = try submodule.state(record)
      var files = try RestorePlan(
        from: from, to: to, keepUntracked: plan.journal.keepUntracked && !isReverting,
        isLeftAlone: { path in
          let full = record.path.appending(path)
          return kept.contains(full) || submodule.location.own.contains(path)
            || excluded.contains { $0.matches(full) }
        }, in: submodule.database)
      files.leaveMountPoints(in: submodule.location)
      return SubmoduleStep(submodule: submodule, from: from, to: to, plan: files)
    }
  }

  func check(_ steps: [SubmoduleStep], since moment: Timestamp?, isGoing: @escaping (BytePath) -> Bool) throws
  {
    try Obstruction.collect(
      steps.map { step in
        {
          let (path, database) = (step.submodule.path, step.submodule.database)
          try database.fetchMissing(step.plan.writes.map(\.entry.id))
          for write in step.plan.writes { try database.check(write.entry.id) }
          do {
            try WorktreeWriter(step.submodule.location, database).check(
              step.plan, since: moment, isGoing: { isGoing(path.appending($0)) })
          } catch let obstruction as Obstruction { throw obstruction.below(path) }
        }
      })
  }

  /// - Returns: rights that could not be given back.
  func restore(_ steps: [SubmoduleStep], _ journal: Journal) throws -> [LostRights] {
    try steps.flatMap { step in
      let (location, database) = (step.submodule.location, step.submodule.database)
      let head = try HeadDestination.choose(for: step.to, moveBranch: false, location, database)
      let lost = try GitRestoration(
        location: location, database: database, files: store.files, progress: progress
      ).run(
        step.plan, to: step.to, from: step.from, head: [head],
        reason: journal.reason, restoringKept: { [] })
      return lost.map {
        LostRights(path: step.submodule.path.appending($0.path), kind: $0.kind, reason: $0.reason)
      }
    }
  }
}

extension Submodule {
  func state(_ record: SubmoduleRecord) throws -> RecordedState {
    try RecordedState(tree: record.stateTree, head: record.head, branch: record.branch, in: database)
  }
}
