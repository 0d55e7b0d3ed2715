// Why the background worker could not make a checkpoint's warm clone, for `show` and `status`.

import FileSystem

package struct WarmFailure: Codable, Sendable {
  package var at: Timestamp
  package var reason: String
}
