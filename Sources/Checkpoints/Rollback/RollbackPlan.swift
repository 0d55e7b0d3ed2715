// What a rollback is going to do, checked but not begun.

import FileSystem
import Git

package struct RollbackPlan {
  package var journal: Journal
  package let target: Manifest
  /// nil if git and files stay as they are.
  package let state: RecordedState?
  /// The working tree that the plan is about.
  let location: RepositoryLocation
  package let restorations: Restorations
  /// Databases of the project that the checkpoint does not hold, and that stay as they are.
  package var leftDatabases: [String] = []

  /// Which files to write and to remove.
  /// - Parameter kept: paths that the wanted checkpoint holds in its store instead of git.
  package func files(
    from present: RecordedState, to wanted: RecordedState, keptInStore kept: Set<BytePath>,
    _ objects: ObjectDatabase
  ) throws -> RestorePlan {
    try FileSelection(journal, target, location).files(
      from: present, to: wanted, keptInStore: kept, objects)
  }
}
