// What a rollback is going to do, checked but not begun.

import FileSystem
import Git

package struct RollbackPlan {
  package var journal: Journal
  package let target: Manifest
  package let state: RecordedState?
  /// Where the working tree is that the plan is about.
  let location: RepositoryLocation
  package let restorations: Restorations
  /// Databases of the project that the checkpoint does not hold, and that stay as they are.
  package var leftDatabases: [String] = []

  /// Whether everything that the checkpoint holds comes back.
  var isWhole: Bool {
    let restored = Set(restorations.map(\.record.name))
    return journal.scope == .everything
      && target.data.allSatisfy { restored.contains($0.name) || $0.document == nil }
  }

  /// Which files to write and to remove.
  /// - Parameters:
  ///   - kept: paths that the wanted checkpoint holds in its store instead of git.
  ///   - isReverting: the way back from a rollback that was not finished.
  package func files(
    from present: RecordedState, to target: RecordedState, keptInStore kept: Set<BytePath>,
    isReverting: Bool = false, _ database: ObjectDatabase
  ) throws -> RestorePlan {
    let (scope, excluded) = (journal.scope, self.target.excluded.map { GlobPattern($0) })
    let (left, own) = (kept.union(journal.leftAddresses ?? []), location.own)
    var plan = try RestorePlan(
      from: present, to: target, keepUntracked: journal.keepUntracked && !isReverting,
      isLeftAlone: { path in
        left.contains(path) || own.contains(path) || excluded.contains { $0.matches(path) }
      },
      wasHidden: { !isReverting && location.isUnchanged($0, since: self.target.createdAt) }, in: database)
    guard scope.isPartOfFiles else {
      plan.leaveMountPoints(in: location)
      return plan
    }
    plan.writes.removeAll { !scope.contains($0.path) }
    plan.leftAlone.removeAll { !scope.contains($0) }
    plan.removals.removeAll { !(scope.removesOthers || isReverting) || !scope.contains($0) }
    plan.leaveMountPoints(in: location)
    plan.modes = plan.modes.filter { scope.contains($0.key) }
    let parents = Set(plan.writes.flatMap(\.path.ancestors))
    plan.directories = plan.directories.filter { parents.contains($0.key) || scope.contains($0.key) }
    plan.directoryModes = plan.directoryModes.filter { scope.contains($0.key) }
    plan.rights = plan.rights.filter { plan.directories[$0.key] != nil || scope.contains($0.key) }
    // Directories that were made for such a file go with it.
    let emptied: Set<BytePath> =
      if case .exactly(let paths) = scope { Set(paths.flatMap(\.ancestors)) } else { [] }
    plan.bareRemovals.removeAll { !scope.contains($0) && !emptied.contains($0) }
    return plan
  }
}
