// How long a server may keep us waiting. A statement may rightly take hours without a word, and a machine that is gone says
// nothing either. What tells them apart is a new session: a server that is there answers that one.

package struct Patience: Sendable {
  /// Seconds without a word after which a new session is tried.
  package var silence = 60.0
  /// How many such tries in a row must have failed until the server is given up.
  package var tries = 3
  /// Seconds for each.
  package var tryLimit = 10

  package init() {}

  /// The same silence, once the user has asked to stop or the statement has been cancelled; then one try suffices.
  static let afterSignal = 3.0
  /// How long a statement may go on sending once the user has asked to stop.
  static let overdue = 6.0
  /// How long a statement that was cancelled may go on.
  static let afterCancellation = 15.0
}
