// What the user says of the data sources for one operation.

import DataSources

package struct SourceChoice: Sendable, Codable {
  /// The address of the only source that is meant, instead of those that are configured or found.
  package var address: GivenAddress?
  /// Words that run client programs elsewhere.
  package var clientPrefix: String?
  /// Whether the operation leaves all data sources alone.
  package var leavesOut = false
  /// Seconds that a server or a lock may take, if that is less than what is set; nil for no other limit. JSON, in which the
  /// worker gets this, has no infinite number.
  package var patience: Double?

  package init() {}
}
