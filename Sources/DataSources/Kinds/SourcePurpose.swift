// Why data sources are searched for, which decides which ones are found, and at which addresses.

import Checkpoints
import ChunkStore

package enum SourcePurpose: Sendable {
  /// To be shown, including those that checkpoints do not record.
  case looking
  /// To be recorded.
  case recording
  /// To restore a checkpoint.
  /// - Parameter since: the rescue of an operation that is continued or undone: the state before that operation.
  case restoring(Manifest, since: Manifest?, Store)

  var target: Manifest? { if case .restoring(let target, _, _) = self { target } else { nil } }
}
