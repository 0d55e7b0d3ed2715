// What the user wants to go back to, and how.

import Checkpoints

package struct GoBackRequest: Sendable {
  package enum Target: Sendable {
    /// The last stable checkpoint, else the latest.
    case usual
    /// A checkpoint, or a release tag at which none was taken.
    case selected(String)
    case checkpoint(Manifest)
    /// What the last rollback, undo or restore replaced.
    case replaced
  }

  /// What becomes of the project's service commands.
  package enum Services: Sendable {
    case leftOut
    case run(revertsOnFailure: Bool)
  }

  package var target: Target
  /// Moves the recorded branch back instead of detaching HEAD.
  package var movesBranch = false
  /// Leaves untracked files that came later.
  package var keepsUntracked = false
  /// What of the databases cannot be made is left out and listed, instead of stopping everything.
  package var allowsPartial = false
  /// Also writes files that lead to another database, although another clone recorded them.
  package var takesAddresses = false
  package var services = Services.run(revertsOnFailure: false)

  package init(_ target: Target) { self.target = target }
}
