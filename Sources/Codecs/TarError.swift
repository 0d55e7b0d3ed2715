// What libarchive says when it fails.

import CLibArchive

package struct TarError: Error, Sendable, CustomStringConvertible {
  package var message: String
  package var description: String { "libarchive failed: \(message)" }

  /// To be called before the first function of libarchive, which would end the process if it is missing.
  static func throwIfMissing() throws {
    if let problem = CLibArchiveProblem() { throw TarError(message: String(cString: problem)) }
  }
}
