// Databases that came out of a file whose writer the user does not vouch for. Functions, triggers and checks in them run with
// the rights of the user who restores them, so they are restored only for a user who knows that.

import FileSystem

package struct UnvouchedFile: Error, Sendable, CustomStringConvertible {
  package var checkpoint: CheckpointID
  package var file: BytePath

  package var description: String {
    "the database of \(checkpoint) came out of the file \(file), and its functions will run with your rights once it is restored"
  }
}

extension Manifest {
  /// nil if there is no such database in it.
  package var unvouched: UnvouchedFile? {
    guard let untrustedFile, !data.isEmpty else { return nil }
    return UnvouchedFile(checkpoint: id, file: untrustedFile)
  }
}
