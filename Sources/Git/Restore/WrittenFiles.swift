// What a restore did to the files.

import FileSystem

/// What a restore made of the files.
package struct WrittenFiles: Sendable {
  /// Files that may be others now than those that the index knows the sizes and times of.
  package var all: Set<BytePath>
  /// Those among them that had the wanted contents already, and so were not touched.
  package var untouched: Set<BytePath>

  package init(all: Set<BytePath>, untouched: Set<BytePath>) {
    self.all = all
    self.untouched = untouched
  }
}
