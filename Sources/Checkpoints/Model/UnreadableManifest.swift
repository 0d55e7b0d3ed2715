// A manifest, or its notes, that is there and cannot be read. It is reported and skipped, and never taken for one that does
// not exist.

import FileSystem

package struct UnreadableManifest: Error, Sendable, CustomStringConvertible {
  package var path: BytePath
  package var reason: String
  package var description: String { "the manifest \(path) cannot be read: \(reason)" }
}
