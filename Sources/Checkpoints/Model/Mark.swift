// The user's own judgement of a checkpoint, which overrides what can be inferred.

package enum Mark: String, Sendable, CaseIterable {
  case stable, unstable
  /// Stable, and protected from being deleted.
  case critical
}
