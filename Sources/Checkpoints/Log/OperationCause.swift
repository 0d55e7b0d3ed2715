// What made an operation run.

package enum OperationCause: String, Sendable, CaseIterable {
  /// The user's own command.
  case hand
  case hook, schedule
  /// The process in the background.
  case worker
}
