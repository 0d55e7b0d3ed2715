// What a restore did to the files.

import FileSystem

/// The files that a restore has written.
package struct WrittenFiles: Sendable {
  /// Files that may no longer have the sizes and times that are in the index.
  package var all: Set<BytePath>
  /// Those of them that already had the wanted contents, and so were not touched.
  package var untouched: Set<BytePath>

  package init(all: Set<BytePath>, untouched: Set<BytePath>) {
    self.all = all
    self.untouched = untouched
  }
}
