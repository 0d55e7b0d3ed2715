// A data source that was found for a project, with remarks about its address.

import Checkpoints

package struct FoundSource: Sendable {
  package var source: any DataSource
  /// What the user should know of its address.
  package var remarks: [String]
  /// Where its address was found, for people.
  package var origin: String
  /// The section of the settings that says where it is, without passwords.
  package var settings: String
  /// Whether its address holds a password that the section does not.
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
