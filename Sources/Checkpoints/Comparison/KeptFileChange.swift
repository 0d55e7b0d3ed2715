// A file that is kept beside git and differs: only its name is given, never what is in it.

import FileSystem

package struct KeptFileChange: Codable, Sendable, Hashable {
  package var path: BytePath
  package var change: ObjectChange

  package init(path: BytePath, change: ObjectChange) { (self.path, self.change) = (path, change) }
}
