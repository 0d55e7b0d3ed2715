// The files that a checkpoint keeps in the store because git does not have them, or must not.

import FileSystem

package struct FilesToKeep: Sendable {
  /// Untracked files too private for git objects.
  package var setAside: [BytePath]
  /// Ignored files, and whole ignored directories with a trailing slash, to choose from.
  package var ignored: [BytePath]
  /// Kept even if no pattern matches.
  package var named: [BytePath]
  package var excluded: [GlobPattern]

  package init(setAside: [BytePath], ignored: [BytePath], named: [BytePath], excluded: [GlobPattern]) {
    (self.setAside, self.ignored, self.named, self.excluded) = (setAside, ignored, named, excluded)
  }

  /// No file at all.
  package static let none = FilesToKeep(setAside: [], ignored: [], named: [], excluded: [])
}
