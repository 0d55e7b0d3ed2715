// How long we wait for a silent server. A statement may take hours without sending anything, and a machine that is gone
// sends nothing either. To distinguish them, a new session is tried: a living server answers it.

package struct Patience: Sendable {
  /// Seconds of silence after which a new session is tried.
  package var silence = 60.0
  /// How many such tries in a row must fail before the server counts as gone.
  package var tries = 3
  /// Seconds for each try.
  package var tryLimit = 10

  package init() {}

  /// Seconds of silence once the user has asked to stop or the statement was cancelled. Then one failed try is enough.
  static let afterSignal = 3.0
  /// Seconds for which a statement may go on sending once the user has asked to stop.
  static let overdue = 6.0
  /// Seconds for which a statement may go on after it was cancelled.
  static let afterCancellation = 15.0
}
