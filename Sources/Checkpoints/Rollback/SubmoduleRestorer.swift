// Submodules' working copies in a rollback, as far as the checkpoint has recorded them. Their branches are never moved.

import FileSystem
import Git

struct SubmoduleRestorer {
  private let context: RollbackContext

  init(_ context: RollbackContext) { self.context = context }

  /// Every submodule that was recorded must be checked out now.
  func requireAll(of target: Manifest) throws {
    for record in target.git.submodules ?? [] {
      let submodule = try context.submodule(at: record.path)
      guard let submodule, submodule.objects.exists(record.stateTree) else {
        throw RollbackProblem.submoduleMissing(record.path, isCheckedOut: submodule != nil)
      }
      try WorktreeWriter.requireUnlocked(submodule.location)
    }
  }

  /// The trees that will be written over submodules.
  func incoming(_ target: Manifest) throws -> [BytePath: ObjectID] {
    try (target.git.submodules ?? []).reduce(into: [:]) { trees, record in
      if let submodule = try context.submodule(at: record.path) {
        trees[record.path] = try submodule.state(record).worktree
      }
    }
  }

  /// - Parameters:
  ///   - present: the checkpoint that says what submodules hold now.
  ///   - isReverting: the way back from an operation that was not finished.
  func steps(
    _ ongoing: OngoingRollback, from present: Manifest, to wanted: Manifest, isReverting: Bool = false
  ) throws -> [SubmoduleStep] {
    try steps(ongoing, to: wanted, isReverting: isReverting) { path in
      guard let other = present.git.submodules?.first(where: { $0.path == path }),
        let submodule = try context.submodule(at: path)
      else { return nil }
      return (submodule, try submodule.state(other))
    }
  }

  /// - Parameter present: the state that a submodule is in; nil if none is checked out or recorded.
  func steps(
    _ ongoing: OngoingRollback, to wanted: Manifest, isReverting: Bool = false,
    present: (BytePath) throws -> (submodule: Submodule, state: RecordedState)?
  ) throws -> [SubmoduleStep] {
    guard ongoing.journal.scope == .everything else { return [] }
    let excluded = ongoing.target.excluded.map { GlobPattern($0) }
    let kept = try context.catalog.filesInStore(wanted)
    return try (wanted.git.submodules ?? []).compactMap { record in
      guard let (submodule, from) = try present(record.path) else { return nil }
      let to = try submodule.state(record)
      var plan = try RestorePlan(
        from: from, to: to, keepUntracked: ongoing.journal.keepUntracked && !isReverting,
        isLeftAlone: { path in
          let full = record.path.appending(path)
          return kept.contains(full) || submodule.location.own.contains(path)
            || excluded.contains { $0.matches(full) }
        }, in: submodule.objects)
      plan.leaveMountPoints(in: submodule.location)
      return SubmoduleStep(submodule: submodule, from: from, to: to, plan: plan)
    }
  }

  /// Looks for obstacles in all submodules.
  /// - Parameters:
  ///   - moment: files that were changed later are obstacles; nil if there is no such moment.
  ///   - isGoing: whether a path goes by itself.
  func check(
    _ steps: [SubmoduleStep], since moment: Timestamp?, isGoing: @escaping (BytePath) -> Bool
  ) throws {
    try Obstruction.collect(
      steps.map { step in
        {
          let (path, objects) = (step.submodule.path, step.submodule.objects)
          try objects.fetchMissing(step.plan.writes.map(\.entry.id))
          for write in step.plan.writes { try objects.check(write.entry.id) }
          do {
            try WorktreeWriter(step.submodule.location, objects).check(
              step.plan, since: moment, isGoing: { isGoing(path.appending($0)) })
          } catch let obstruction as Obstruction { throw obstruction.below(path) }
        }
      })
  }

  /// - Parameter reason: for reflogs.
  /// - Returns: rights that could not be given back.
  func restore(_ steps: [SubmoduleStep], reason: String) throws -> [LostRights] {
    try steps.flatMap { step in
      let (location, objects) = (step.submodule.location, step.submodule.objects)
      let head = try HeadDestination.choose(for: step.to, moveBranch: false, location, objects)
      let lost = try GitRestoration(
        location: location, objects: objects, files: context.store.files, progress: context.progress
      ).run(step.plan, to: step.to, from: step.from, head: [head], reason: reason, restoringKept: { [] })
      return lost.map {
        LostRights(path: step.submodule.path.appending($0.path), kind: $0.kind, reason: $0.reason)
      }
    }
  }
}

extension Submodule {
  func state(_ record: SubmoduleRecord) throws -> RecordedState {
    try RecordedState(tree: record.stateTree, head: record.head, branch: record.branch, in: objects)
  }
}
