// A kept file that differs: only its name is given, never its contents.

import FileSystem

package struct KeptFileChange: Codable, Sendable, Hashable {
  package var path: BytePath
  package var change: ObjectChange

  package init(path: BytePath, change: ObjectChange) { (self.path, self.change) = (path, change) }
}
