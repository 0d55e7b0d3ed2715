// What to record of a working copy.

import FileSystem

package struct CapturePolicy: Sendable {
  /// Says which paths' contents are not recorded.
  package var isExcluded: @Sendable (BytePath) -> Bool
  /// Says which untracked files must not become git objects; the caller stores them elsewhere.
  package var isSetAside: @Sendable (BytePath, FileStatus) -> Bool
  /// Decides which large untracked files are left out; nil if none are.
  package var sizeGuard: SizeGuard?
  /// Whether every tracked file is read, even if its times say that it has not changed.
  package var readsEverything = false
  /// False if the user's settings hide untracked files (`status.showUntrackedFiles`): they are not looked for then.
  package var showsUntracked = true
  /// The settings for conversions; nil to ask git.
  package var conversions: ConversionSettings?
  /// The file that remembers what was learned about tracked files; nil for none.
  package var knownFiles: BytePath?
  /// Whether the checkout is sparse; nil if that is not part of the state.
  package var sparse: SparseMode?
  /// A tree that is about to replace the working copy. Ignored files in its way are recorded, too.
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
