// Which checkpoints are pushed, and where to.

import Checkpoints

package struct PushRequest: Sendable {
  package enum Which: Sendable {
    case selected([String])
    case all
    case ofKind(Kind)
    /// Of one kind, those that came after the newest that the remote has.
    case later(Kind)
  }

  package var which: Which
  /// nil for the only remote.
  package var remote: String?
  /// Whether everything that the remote has is read and checked then.
  package var verifies = false

  package init(_ which: Which) { self.which = which }
}
