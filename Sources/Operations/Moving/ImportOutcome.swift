// What an import made.

import Checkpoints

package struct ImportOutcome {
  package let created: CreatedCheckpoint
  /// Databases of the exported checkpoint that did not come in.
  package let leftOut: [String]
}
