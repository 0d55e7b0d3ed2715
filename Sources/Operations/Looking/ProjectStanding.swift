// Where the work stands.

import Checkpoints
import FileSystem
import Git

package struct ProjectStanding {
  /// A data source, as far as it answers.
  package struct Source {
    package var name: String
    /// The word for it: “database”.
    package var noun: String
    package var label: String
    package var byteCount: Int?
    /// Of the last checkpoint.
    package var recordedByteCount: Int?
    /// Why it cannot be reached or used now.
    package var problem: String?
    /// What will not be possible with it.
    package var limits: [String] = []
  }

  package var now: Timestamp
  /// The newest checkpoint that the user, a hook or a stage took.
  package var last: Manifest?
  /// Without those that operations took for themselves.
  package var checkpointCount: Int
  package var branch: String?
  package var commit: ObjectID?
  package var dirtyCount: Int
  /// Since the last checkpoint; nil if its objects are gone.
  package var changedFileCount: Int?
  package var hasCommitMoved: Bool?
  package var sources: [Source] = []
  /// Sources that earlier checkpoints hold and that are not found now, by their labels.
  package var missingSources: [String] = []
  /// Variables that say where a server is, and not which source there is the project's.
  package var unnamed: String?
  package var storeByteCount: Int
  package var freeByteCount: Int
  /// An operation that was interrupted.
  package var pending: Journal?
  /// Contents that rollbacks moved aside, and that are still there.
  package var retained: [RetainedDatabases.Entry] = []
  /// Names of contents that a rollback restored and gave up.
  package var givenUp: [String] = []
  package var leftovers: [Leftover] = []
  /// What works in the background now.
  package var background: [String] = []
  package var backgroundFailures: [WorkerLock.Failure] = []
  /// Checkpoints with a clone.
  package var warm: [CheckpointID] = []
  /// The newest that should have a clone and has none, and why.
  package var notWarm: (id: CheckpointID, reason: String)?
  /// What is to be said of how the last checkpoint comes back.
  package var reservation: String?
}
