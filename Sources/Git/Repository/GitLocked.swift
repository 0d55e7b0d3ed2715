// The error if one of git's lock files is in the way.

import FileSystem

package struct GitLocked: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var description: String {
    "another git process is running in this repository, or was killed: \(path) exists"
  }
}
