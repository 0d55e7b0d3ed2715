// Which two states are compared, and what of them.

import DataSources

package struct CompareRequest: Sendable {
  package var before: String
  /// nil for the present state.
  package var after: String?
  package var comparesFiles = true
  package var comparesSources = true
  package var sources = ComparisonOptions()

  package init(from before: String, to after: String?) {
    self.before = before
    self.after = after
  }
}
