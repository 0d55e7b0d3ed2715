// What is wrong in a remote, file by file.

import FileSystem

/// A file of a remote that is not what its name says.
package struct DamagedFile: Sendable {
  let name: BytePath
  package let problem: RemoteProblem
}
