// What the user wants exported of a record, and with which client programs.

import Checkpoints

package struct ExportRequest: Sendable {
  /// The part of the source, in its kind's own form.
  package var part = SourceOptions()
  /// The words before a client program that run it elsewhere; empty for those of the settings.
  package var clientPrefix: [String] = []

  package init() {}
}
