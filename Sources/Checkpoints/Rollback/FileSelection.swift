// Which files of the working tree an operation writes and removes, and which it leaves as they are.

import FileSystem
import Git

struct FileSelection {
  private let journal: Journal
  private let target: Manifest
  private let location: RepositoryLocation

  init(_ journal: Journal, _ target: Manifest, _ location: RepositoryLocation) {
    (self.journal, self.target, self.location) = (journal, target, location)
  }

  /// - Parameters:
  ///   - kept: paths that the wanted checkpoint holds in its store instead of git.
  ///   - isReverting: the way back from an operation that was not finished.
  func files(
    from present: RecordedState, to wanted: RecordedState, keptInStore kept: Set<BytePath>,
    isReverting: Bool = false, _ objects: ObjectDatabase
  ) throws -> RestorePlan {
    let excluded = target.excluded.map { GlobPattern($0) }
    let (left, own) = (kept.union(journal.leftAddresses ?? []), location.own)
    var plan = try RestorePlan(
      from: present, to: wanted, keepUntracked: journal.keepUntracked && !isReverting,
      isLeftAlone: { path in
        left.contains(path) || own.contains(path) || excluded.contains { $0.matches(path) }
      },
      wasHidden: { !isReverting && location.isUnchanged($0, since: target.createdAt) }, in: objects)
    if journal.scope.isPartOfFiles { restrict(&plan, isReverting: isReverting) }
    plan.leaveMountPoints(in: location)
    return plan
  }

  /// Leaves only what the operation is about.
  private func restrict(_ plan: inout RestorePlan, isReverting: Bool) {
    let scope = journal.scope
    plan.writes.removeAll { !scope.contains($0.path) }
    plan.leftAlone.removeAll { !scope.contains($0) }
    plan.removals.removeAll { !(scope.removesOthers || isReverting) || !scope.contains($0) }
    plan.modes = plan.modes.filter { scope.contains($0.key) }
    let parents = Set(plan.writes.flatMap(\.path.ancestors))
    plan.directories = plan.directories.filter { parents.contains($0.key) || scope.contains($0.key) }
    plan.directoryModes = plan.directoryModes.filter { scope.contains($0.key) }
    plan.rights = plan.rights.filter { plan.directories[$0.key] != nil || scope.contains($0.key) }
    // Directories that were made for such a file go with it.
    let emptied: Set<BytePath> =
      if case .exactly(let paths) = scope { Set(paths.flatMap(\.ancestors)) } else { [] }
    plan.bareRemovals.removeAll { !scope.contains($0) && !emptied.contains($0) }
  }
}
