// What a checkpoint's notes keep of its last rehearsal.

import FileSystem

/// What a checkpoint's notes keep of the last one.
package struct RehearsalNote: Codable, Sendable {
  package var at: Timestamp
  package var result: RehearsalResult
  package var restoreSeconds: Double
}
