// Compares two states of data sources of one kind. It may keep what it has read for the next comparison, because a report
// compares one checkpoint after another.

import Checkpoints

package protocol SourceComparer: AnyObject {
  /// Compares one source in two checkpoints; nil if a checkpoint does not have it.
  func changes(_ name: String, from before: SourceRecord?, to after: SourceRecord?) throws -> DatabaseChanges
  /// Compares a source in a checkpoint with its present state. Nothing stays in the store. What cannot be compared is in the
  /// result.
  /// - Throws: `Interrupted`, and errors of the store.
  func changes(_ name: String, from before: SourceRecord?, toPresent source: (any DataSource)?) throws
    -> DatabaseChanges
  /// Makes a record known, so that `mayHold` can answer before anything is compared.
  func open(_ record: SourceRecord)
  /// Whether a pattern for tables matches something that was compared, or may match something that could not be read.
  func mayHold(_ pattern: String) -> Bool
}
