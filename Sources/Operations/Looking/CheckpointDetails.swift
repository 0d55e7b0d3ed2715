// All that is known of one checkpoint.

import Checkpoints
import DataSources

package struct CheckpointDetails {
  package let manifest: Manifest
  package let notes: Notes
  /// Why it counts as stable; nil if it does not.
  package let stable: Stability.Reason?
  /// Which files the work had changed; nil if that was not recorded.
  package let changedFiles: [ChangedFile]?
  /// What its data sources consist of, if that was asked for.
  package let parts: [[SourcePart]]
}
