// The operation under way, as it must be known to finish or to revert it after a crash.

import FileSystem
import Git

package struct Journal: Codable, Sendable {
  package struct SourceProgress: Codable, Sendable {
    /// nil until it is staged.
    package var state: RestoreState?
    package var isActivated = false
  }

  package var version = 1
  /// A rollback, an undo, or a restore.
  package var operation: OperationKind
  package var startedAt: Timestamp
  package var target: CheckpointID
  /// The working tree that is changed (`RepositoryLocation.worktreeName`); linked ones share the store.
  package var worktree: BytePath
  package var scope: OperationScope
  package var keepUntracked: Bool
  /// Part of the names of temporary things.
  package var token: String
  package var leavesDatabasesOut = false
  /// nil for no.
  package var allowsPartial: Bool?
  /// Kept files that stay as they are, because they would lead to another database.
  package var leftAddresses: Set<BytePath>?
  package var rescue: CheckpointID?
  /// Files that were changed later than this are in no rescue.
  package var rescueBegan: Timestamp?
  package var sources: [String: SourceProgress] = [:]
  package var head: [HeadDestination] = []
  package var headBefore: [HeadDestination] = []
  package var isGitTouched = false
  package var isGitRestored = false
  /// nil if no service command is to run.
  package var services: ServiceProgress?

  var sourceRequest: SourceRequest {
    var request = scope.sourceRequest
    request.allowsPartial = request.allowsPartial ?? allowsPartial
    return request
  }

  /// For reflogs.
  var reason: String { "\(operation) to \(target)" }

  /// In words: what was interrupted.
  package var summary: String {
    "a \(operation) to \(target), begun at \(startedAt.shown), was interrupted"
  }
}

extension Journal: StoredDocument {
  package func check() throws {
    guard OperationToken.isOne(token) else { throw ForeignValue("it has a token of another form") }
    for step in head + headBefore { try step.check() }
    switch scope {
    case .everything, .databases: break
    case .files(let paths), .exactly(let paths): try ForeignValue.refuse(escaping: paths, "a file")
    case .directories(let paths):
      try ForeignValue.refuse(escaping: paths.filter { !$0.isEmpty }, "a directory")
    }
  }
}
