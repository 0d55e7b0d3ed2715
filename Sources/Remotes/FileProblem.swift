// What is wrong in a remote, file by file.

import FileSystem

/// A file of a remote that is not what its name says, or cannot be read.
package struct FileProblem: Sendable {
  let name: BytePath
  package let problem: RemoteProblem
  /// False if it could not be read: it may be whole.
  let isDamage: Bool
}
