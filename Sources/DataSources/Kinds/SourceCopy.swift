// What came of restoring a record under another name.

import Checkpoints

package struct SourceCopy: Sendable {
  /// The name under which what was there is kept.
  package var kept: String?
  /// What came back otherwise than it was.
  package var notes: [String]
  package var unrestored: [Unrestored]

  package init(kept: String?, notes: [String], unrestored: [Unrestored]) {
    self.kept = kept
    self.notes = notes
    self.unrestored = unrestored
  }
}
