// A lock file of git that is in the way.

import FileSystem

package struct GitLocked: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var description: String { "git is at work in this repository, or was killed there: \(path) exists" }
}
