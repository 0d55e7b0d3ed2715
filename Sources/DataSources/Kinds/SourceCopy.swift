// The result of restoring a record under another name.

import Checkpoints

package struct SourceCopy: Sendable {
  /// The name under which the existing one is kept; nil if there was none.
  package var kept: String?
  /// What was restored differently.
  package var notes: [String]
  package var unrestored: [Unrestored]

  package init(kept: String?, notes: [String], unrestored: [Unrestored]) {
    self.kept = kept
    self.notes = notes
    self.unrestored = unrestored
  }
}
