// Which file becomes a checkpoint, and how.

import Checkpoints
import FileSystem

package struct ImportRequest: Sendable {
  package var file: BytePath
  package var name: CheckpointName
  /// Why it is taken; the file's name if nothing is said.
  package var message: String?
  /// The database whose contents they are, if the project has several.
  package var source: String?
  package var leavesOwnersOut = false
  package var leavesPrivilegesOut = false
  /// The user knows who wrote the file, and it is run with the user's own rights.
  package var isTrusted = false

  package init(_ file: BytePath, name: CheckpointName) {
    self.file = file
    self.name = name
  }
}
