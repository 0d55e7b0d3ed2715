// How a rehearsal ended. A part that could not be tried never counts as passed.

package enum RehearsalResult: String, Codable, Sendable {
  case passed
  /// Something did not come back, a command failed, or it took longer than it may.
  case failed
  /// Nothing failed, and a part could not be tried.
  case incomplete
}
