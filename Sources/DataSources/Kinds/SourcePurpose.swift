// Why data sources are looked for.

import Checkpoints
import ChunkStore

/// For what the sources are wanted.
package enum SourcePurpose: Sendable {
  /// To be looked at: those that checkpoints do not record are among them.
  case looking
  /// To be recorded.
  case recording
  /// To bring a checkpoint back.
  /// - Parameter rescue: of an operation that is taken up again, or that is to be undone: what was there before it.
  case restoring(Manifest, since: Manifest?, Store)

  var target: Manifest? { if case .restoring(let target, _, _) = self { target } else { nil } }
}
