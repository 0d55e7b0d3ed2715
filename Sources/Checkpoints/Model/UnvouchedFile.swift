// Marks databases that were pulled from a remote, or imported from a file whose author the user does not vouch for. Their functions, triggers and
// checks run with the rights of the user who restores them, so they are restored only if that user agrees.

import FileSystem

package struct UnvouchedFile: Error, Sendable, CustomStringConvertible {
  package var checkpoint: CheckpointID
  package var file: BytePath

  package var description: String {
    "the database of \(checkpoint) came from \(file), and its functions will run with your rights once it is restored"
  }
}

extension Manifest {
  /// nil if it has no such database.
  package var unvouched: UnvouchedFile? {
    guard let untrustedFile, !data.isEmpty else { return nil }
    return UnvouchedFile(checkpoint: id, file: untrustedFile)
  }
}
