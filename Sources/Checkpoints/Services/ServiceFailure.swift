// A service command failed, so the operation did not happen, or was taken back.

/// A command failed, so the operation did not happen, or was taken back.
package struct ServiceFailure: Error, Sendable, CustomStringConvertible {
  package var run: ServiceRun
  package var description: String { run.description }
}
