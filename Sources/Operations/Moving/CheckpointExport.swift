// What of a checkpoint is exported, and in which form.

import DataSources

package struct CheckpointExport: Sendable {
  package var selector: String
  package var format: ExportFormat
  /// Which database; nil for the only one, or for all of a whole checkpoint.
  package var source: String?
  package var request = ExportRequest()
  /// Whether `request` is about less than a whole database.
  package var isPart = false
  /// Whether a file that has the name is replaced.
  package var isReplacing = false

  package init(_ selector: String, _ format: ExportFormat) {
    self.selector = selector
    self.format = format
  }
}
