// What a rollback is going to do, checked but not begun.

import FileSystem
import Git

package struct RollbackPlan {
  package var journal: Journal
  package let target: Manifest
  package let state: RecordedState?
  package let restorations: [(record: SourceRecord, restoration: any SourceRestoration)]

  /// Which files to write and to remove.
  /// - Parameter kept: paths that the wanted checkpoint holds in its store instead of git.
  package func files(
    from present: RecordedState, to target: RecordedState, keptInStore kept: Set<BytePath>,
    _ database: ObjectDatabase
  ) throws -> RestorePlan {
    let excluded = self.target.excluded.map { GlobPattern($0) }
    var plan = try RestorePlan(
      from: present, to: target, keepUntracked: journal.keepUntracked,
      isLeftAlone: { path in kept.contains(path) || excluded.contains { $0.matches(path) } }, in: database)
    if case .files = journal.scope {
      plan.removals = []
      plan.writes.removeAll { !journal.scope.contains($0.path) }
      plan.modes = plan.modes.filter { journal.scope.contains($0.key) }
      let parents = Set(plan.writes.flatMap { $0.path.ancestors })
      plan.directories = plan.directories.filter { parents.contains($0.key) }
      (plan.directoryModes, plan.bareRemovals) = ([:], [])
    }
    return plan
  }
}

extension RestorePlan {
  /// The plan that undoes this one: each written path as `state` has it, or gone.
  func reversed(to state: RecordedState, _ database: ObjectDatabase) throws -> RestorePlan {
    let raw = Dictionary(state.metadata.raw.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var plan = self
    plan.writes = []
    plan.removals = []
    for write in writes {
      if let entry = try database.entry(at: write.path, in: state.worktree) {
        plan.writes.append(
          Write(
            path: write.path, entry: entry, isRaw: raw[write.path] != nil,
            permissions: raw[write.path]?.permissions))
      } else {
        plan.removals.append(write.path)
      }
    }
    return plan
  }
}
