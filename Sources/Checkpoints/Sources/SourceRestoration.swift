// The steps in which one source is restored. Every step may be repeated, also by another process after a kill in its middle.

package protocol SourceRestoration {
  /// What it will do in a few words, for the plan.
  var summary: String { get }
  /// Details for the plan, one a line.
  var details: [String] { get }
  /// The record of the present contents, if they are kept by moving them aside; nil if the rescue must capture them.
  var rescueRecord: SourceRecord? { get }
  /// What the rescue captures instead of the whole source, if only a part is replaced.
  var rescueSource: (any DataSource)? { get }
  /// What users should know before they agree.
  var warnings: [String] { get }
  /// Whether its warnings say all there is to say of a risk that was recorded.
  func answers(_ risk: String) -> Bool
  /// Whether `stage` takes no noticeable time. If it does for every source, obstacles are looked for during the rescue
  /// instead of before it.
  var isInstant: Bool { get }
  /// Restores the contents next to the live ones, which are not touched.
  func stage() throws -> RestoreState
  /// Checks again whether anything would prevent `activate`, before any source is activated.
  func recheck(_ state: RestoreState) throws
  /// Replaces the live contents with the staged ones.
  /// - Parameter rescue: the record of the previous contents, if they were captured.
  func activate(_ state: RestoreState, rescue: SourceRecord?) throws
  /// Reverses `activate` if it happened, and removes what `stage` made, unless another program may have used it.
  /// - Returns: what users should know.
  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String]
  /// What was left out because it could not be made.
  func unrestored(_ state: RestoreState) -> [Unrestored]
  /// Called after everything succeeded, for work that can wait until the live contents are back. If it fails, nothing is
  /// lost.
  func finish(_ state: RestoreState) throws -> [String]
}

extension SourceRestoration {
  package var details: [String] { [] }
  package var isInstant: Bool { false }
  package var rescueSource: (any DataSource)? { nil }
  package func answers(_ risk: String) -> Bool { false }
  package func recheck(_ state: RestoreState) throws {}
  package func unrestored(_ state: RestoreState) -> [Unrestored] { [] }
}
