// The result of a checkpoint's last rehearsal, as its notes keep it. The full report is printed and not kept.

import FileSystem

package struct RehearsalNote: Codable, Sendable {
  package var at: Timestamp
  package var result: RehearsalResult
  package var restoreSeconds: Double
}
