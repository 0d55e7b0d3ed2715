// What a checkpoint's notes keep of its last rehearsal.

import FileSystem

package enum RehearsalResult: String, Codable, Sendable {
  case passed
  /// Something did not come back, a command failed, or it took longer than it may.
  case failed
  /// Nothing failed, and a part could not be tried.
  case incomplete
}

/// What a checkpoint's notes keep of the last one.
package struct RehearsalNote: Codable, Sendable {
  package var at: Timestamp
  package var result: RehearsalResult
  package var restoreSeconds: Double
}
