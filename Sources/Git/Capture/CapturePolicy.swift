// What to record of a working copy.

import FileSystem

package struct CapturePolicy: Sendable {
  /// Paths whose present contents are not recorded.
  package var isExcluded: @Sendable (BytePath) -> Bool
  /// Untracked files that must not become git objects; the caller keeps them elsewhere.
  package var isSetAside: @Sendable (BytePath, FileStatus) -> Bool
  /// Large untracked files to leave out; nil for none.
  package var sizeGuard: SizeGuard?
  /// Read every tracked file, whatever its times say.
  package var readsEverything = false
  /// False where the user's settings hide untracked files (`status.showUntrackedFiles`): those are not looked for.
  package var showsUntracked = true
  /// How git makes files of objects; nil to ask git.
  package var conversions: ConversionSettings?
  /// Where is remembered what was found out about tracked files; nil for nowhere.
  package var knownFiles: BytePath?
  /// Whether the checkout is sparse; nil where that is not part of the state.
  package var sparse: SparseMode?
  /// A tree that is about to be written over the working copy. Ignored files in its way are recorded, too.
  package var incoming: ObjectID?

  package init(
    isExcluded: @escaping @Sendable (BytePath) -> Bool,
    isSetAside: @escaping @Sendable (BytePath, FileStatus) -> Bool, sizeGuard: SizeGuard? = nil
  ) {
    self.isExcluded = isExcluded
    self.isSetAside = isSetAside
    self.sizeGuard = sizeGuard
  }
}
