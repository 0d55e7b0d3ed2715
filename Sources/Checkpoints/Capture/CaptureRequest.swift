// What is to be recorded, and how: the user's options, and what hooks, imports and rollbacks need beyond them.

import FileSystem
import Git

package struct CaptureRequest: Sendable {
  package var name: CheckpointName
  package var kind: Kind
  package var stage: Stage?
  package var message: String?
  /// Patterns of files whose contents are left out.
  package var excluded: [String] = []
  /// Record untracked files of any size.
  package var includesLarge = false
  /// Read every tracked file, even if its times say that it is unchanged.
  package var readsEverything = false
  /// Record the working copies of submodules, too.
  package var recursesSubmodules = false

  /// Record only the data sources.
  package var leavesWorktreeOut = false
  /// The user asked for a checkpoint without databases.
  package var leavesDatabasesOut = false
  /// The result of a completed stage's tests.
  package var tests: TestRun?
  /// The command that lists running processes.
  package var processState: ProcessStateCommand?
  /// Files from elsewhere, recorded instead of the working tree.
  package var contents: (any ProjectContents)?
  /// The file that the contents come from, if the user does not vouch for its author.
  package var untrustedFile: BytePath?
  /// A commit that is recorded instead of the working tree, without any other files.
  var commit: ObjectID?

  /// Receives how far the capture is, on any thread. The sources are copied only after its last call, so that a process that
  /// waits for it can go on first.
  package var watcher: (@Sendable (CaptureMoment) -> Void)?
  /// Whether it may get a public tag, if the settings want that.
  package var mayHavePublicTag = true
  /// Take no new checkpoint if an earlier one holds the same.
  package var skipsUnchanged = false

  /// Set by a rollback for its rescue.
  package struct Rescue: Sendable {
    package var before: CheckpointID
    /// The tree that will overwrite the working copy.
    package var incoming: ObjectID?
    /// Ignored files that will be overwritten.
    package var alsoKeep: [BytePath]
    /// Records of sources that are not captured, because their contents will be moved aside as a whole.
    package var records: [SourceRecord]
    /// Submodules that will be overwritten, with the trees that will overwrite them.
    package var submodules: [BytePath: ObjectID]
  }

  package var rescue: Rescue?

  package init(name: CheckpointName, kind: Kind, stage: Stage? = nil, message: String? = nil) {
    (self.name, self.kind, self.stage, self.message) = (name, kind, stage, message)
  }

  /// Whether it records the project as it is now, for users to go back to.
  var isOfNow: Bool { rescue == nil && contents == nil && commit == nil }

  /// Whether the working copy is recorded: not in a checkpoint of databases only.
  var recordsWorktree: Bool { kind != .database && !leavesWorktreeOut }
}
