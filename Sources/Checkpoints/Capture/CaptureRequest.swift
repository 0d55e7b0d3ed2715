// What is to be recorded, and how: what the user's options say, and what hooks, imports and rollbacks need on top of
// that.

import FileSystem
import Git

package struct CaptureRequest: Sendable {
  package var name: CheckpointName
  package var kind: Kind
  package var stage: Stage?
  package var message: String?
  /// Globs of files whose contents are left out.
  package var excluded: [String] = []
  /// Record untracked files of any size.
  package var includesLarge = false
  /// Read every tracked file, whatever its times say.
  package var readsEverything = false
  /// Record the working copies of submodules, too.
  package var recursesSubmodules = false

  /// Record the data sources alone.
  package var leavesWorktreeOut = false
  /// The user asked for a checkpoint without databases.
  package var leavesDatabasesOut = false
  /// What a completed stage's tests said.
  package var tests: TestRun?
  /// Tells which processes run.
  package var processState: ProcessStateCommand?
  /// Files from elsewhere in the place of the working tree's.
  package var contents: (any ProjectContents)?
  /// The file that it comes out of, if the user does not vouch for who wrote that.
  package var untrustedFile: BytePath?
  /// A commit in the place of the working tree, and no files beside it.
  var commit: ObjectID?

  /// Told of how far the capture is, from any thread. The sources are copied only after its last word, so that whoever
  /// waits for that can go on first.
  package var watcher: (@Sendable (CaptureMoment) -> Void)?
  /// Whether its tag may stand among the user's own, if the settings want that.
  package var mayHavePublicTag = true
  /// Where an earlier checkpoint holds the same there is no new one.
  package var skipsUnchanged = false

  /// Set by rollback for the rescue that it takes.
  package struct Rescue: Sendable {
    package var before: CheckpointID
    /// The tree that will be written over the working copy.
    package var incoming: ObjectID?
    /// Ignored files that will be written over.
    package var alsoKeep: [BytePath]
    /// Sources that need no capture, because their contents will be moved aside whole.
    package var records: [SourceRecord]
    /// Submodules that will be written over, and the trees that will be.
    package var submodules: [BytePath: ObjectID]
  }

  package var rescue: Rescue?

  package init(name: CheckpointName, kind: Kind, stage: Stage? = nil, message: String? = nil) {
    (self.name, self.kind, self.stage, self.message) = (name, kind, stage, message)
  }

  /// Whether it is of the project as it is, for people to go back to.
  var isOfNow: Bool { rescue == nil && contents == nil && commit == nil }

  /// A checkpoint of the database alone leaves the working copy out.
  var recordsWorktree: Bool { kind != .database && !leavesWorktreeOut }
}
