// A data source that was found for a project, with remarks about its address.

import Checkpoints

package struct FoundSource: Sendable {
  package var source: any DataSource
  /// What was left out of its address or replaced in it, for people.
  package var remarks: [String] = []
}
