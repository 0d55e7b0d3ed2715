// What the user says of a checkpoint.

package enum Mark: String, Sendable, CaseIterable {
  case stable, unstable
  /// Stable, and protected from being deleted.
  case critical
}
