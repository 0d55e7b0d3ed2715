// What libarchive says when it fails.

package struct TarError: Error, Sendable, CustomStringConvertible {
  package var message: String
  package var description: String { "libarchive failed: \(message)" }
}
