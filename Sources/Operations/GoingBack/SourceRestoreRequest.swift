// Which data sources of a checkpoint are restored by themselves, and how.

import Checkpoints

package struct SourceRestoreRequest: Sendable {
  package var selector: String
  package var source: SourceRequest
  /// Whether the request is about one source, so that one has to be chosen if the checkpoint has several.
  package var isAboutOne: Bool

  package init(_ selector: String, _ source: SourceRequest, isAboutOne: Bool) {
    self.selector = selector
    self.source = source
    self.isAboutOne = isAboutOne
  }
}
