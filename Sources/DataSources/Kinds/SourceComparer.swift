// Who says what differs between two states of data sources of one kind. It may keep what it has read for the next question: a
// report compares checkpoint after checkpoint.

import Checkpoints
import ChunkStore

package protocol SourceComparer: AnyObject {
  /// Compares what two checkpoints hold of one source. nil stands for none.
  func changes(_ name: String, from before: SourceRecord?, to after: SourceRecord?) throws -> DatabaseChanges
  /// Compares what a checkpoint holds with what is there now. Nothing of it stays in the store. What cannot be compared is in
  /// the result.
  /// - Throws: `Interrupted`, and what is wrong with the store.
  func changes(_ name: String, from before: SourceRecord?, toPresent source: (any DataSource)?) throws
    -> DatabaseChanges
  /// Whether a pattern for tables means something in what was compared, or in what could not be looked at.
  func mayHold(_ pattern: String) -> Bool
}
