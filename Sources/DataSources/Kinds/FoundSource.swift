// A data source that was found for a project, with remarks about its address.

import Checkpoints

package struct FoundSource: Sendable {
  package var source: any DataSource
  /// What was left out of its address or replaced in it, for people.
  package var remarks: [String]
  /// The origin of its address, for people.
  package var origin: String
  /// The text of the settings section with its address, without passwords.
  package var settings: String
  /// Whether its address has a password that the section does not.
  package var leavesPasswordOut: Bool

  package init(
    _ source: any DataSource, remarks: [String] = [], origin: String, settings: String,
    leavesPasswordOut: Bool = false
  ) {
    self.source = source
    self.remarks = remarks
    self.origin = origin
    self.settings = settings
    self.leavesPasswordOut = leavesPasswordOut
  }
}
