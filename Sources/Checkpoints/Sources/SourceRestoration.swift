// The steps in which a record comes back.

/// Restoring one source. Every step may be repeated, by another process and after a kill in its middle.
package protocol SourceRestoration {
  /// What it will do, in a few words, for the plan.
  var summary: String { get }
  /// The particulars, a line each.
  var details: [String] { get }
  /// How the present contents are kept; nil when the rescue checkpoint must capture them before.
  var rescueRecord: SourceRecord? { get }
  /// What the rescue captures instead of the whole source: the part that is replaced.
  var rescueSource: (any DataSource)? { get }
  /// Things people should know before they agree.
  var warnings: [String] { get }
  /// Whether its warnings say all there is to say of a risk that was recorded.
  func answers(_ risk: String) -> Bool
  /// Whether `stage` is done at once, so that nothing need be looked for before it.
  var isInstant: Bool { get }
  /// Brings the contents back beside the live ones. Touches nothing live.
  func stage() throws -> RestoreState
  /// Asks once more what could keep `activate` from being done, before any source is activated.
  func recheck(_ state: RestoreState) throws
  /// Puts the staged contents in the place of the live ones.
  /// - Parameter rescue: the record of the contents before, where they were captured.
  func activate(_ state: RestoreState, rescue: SourceRecord?) throws
  /// Undoes `activate` if it happened, and removes what `stage` made, unless somebody may have used it.
  /// - Returns: what people should know.
  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String]
  /// What was left out because it could not be made.
  func unrestored(_ state: RestoreState) -> [Unrestored]
  /// After everything succeeded: what can wait until the live contents are back. Its failure loses nothing.
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
