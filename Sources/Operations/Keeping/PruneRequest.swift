// What is pruned, and how.

import Checkpoints

package struct PruneRequest: Sendable {
  /// The classes from which checkpoints are removed.
  package var classes = Set(RetentionClass.allCases)
  /// Nothing is changed.
  package var isDry = false
  /// Frees the space at once, for which no other operation may be at work.
  package var atOnce = false

  package init() {}

  /// The classes that the background worker prunes.
  static let inBackground: Set<RetentionClass> = [.incremental, .hook]
}
