// What is asked of a kind of data sources whose record is to be exported.

import Checkpoints

package struct ExportRequest: Sendable {
  /// Which part of the source, as its kind understands it.
  package var part = SourceOptions()
  /// Words that run client programs elsewhere; none for those of the settings.
  package var clientPrefix: [String] = []

  package init() {}
}
