// The error of a libgit2 call.

import CGit

package struct GitError: Error, Sendable, CustomStringConvertible {
  /// libgit2's code (`git_error_code`).
  package var code: Int32
  package var operation: String
  package var message: String

  package var description: String { "cannot \(operation): \(message)" }
  package var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }
  package var isDiskFull: Bool {
    ["No space left on device", "Disk quota exceeded", "Out of diskspace"].contains { message.contains($0) }
  }
}
