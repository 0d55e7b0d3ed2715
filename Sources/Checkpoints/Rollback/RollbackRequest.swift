// What is to come back, and how.

import FileSystem

package struct RollbackRequest: Sendable {
  package var operation: OperationKind
  package var target: Manifest
  package var scope: OperationScope
  package var moveBranch: Bool
  package var keepUntracked: Bool
  /// Only git and files come back, although the checkpoint holds databases.
  package var leavesDatabasesOut = false
  /// What of the databases cannot be made is left out and listed, instead of stopping everything.
  package var allowsPartial = false
  /// Kept files that stay as they are, because they would lead to another database.
  package var leftAddresses: Set<BytePath> = []
  /// The target is the preview of this release, which is not recorded yet.
  package var release: Release?
  /// What stops, builds and starts when everything comes back.
  package var services: ServiceProgress?

  package init(
    operation: OperationKind, target: Manifest, scope: OperationScope, moveBranch: Bool = false,
    keepUntracked: Bool = false
  ) {
    (self.operation, self.target, self.scope) = (operation, target, scope)
    (self.moveBranch, self.keepUntracked) = (moveBranch, keepUntracked)
  }
}
