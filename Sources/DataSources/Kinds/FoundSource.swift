// A data source that a project has.

import Checkpoints

package struct FoundSource: Sendable {
  package var source: any DataSource
  /// What was left out of its address, or taken instead of it, for people.
  package var remarks: [String] = []
}
