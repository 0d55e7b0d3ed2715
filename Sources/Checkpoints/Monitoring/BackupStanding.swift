// How well a project is backed up, as monitoring asks for it: by kind of checkpoint, and what is known of whether and how fast
// they come back. Sizes are in bytes, durations in seconds. Nothing is taken from a checkpoint, proof or rehearsal that is dated in the
// future: a clock was wrong, and it would look recent for ever.

import FileSystem

package struct BackupStanding: Sendable {
  /// A database or another data source, as it was in the newest checkpoint of a kind that has it.
  package struct Source: Sendable {
    package var name: String
    /// The kind of data source, such as `postgresql`.
    package var type: String
    package var takenAt: Timestamp
    /// Its size on its server.
    package var byteCount: Int
    /// The same in the checkpoint of that kind before that has it; nil if there is none.
    package var previousByteCount: Int?
    package var seconds: Double?
  }

  /// Checkpoints of one kind.
  package struct OfKind: Sendable {
    package var kind: Kind
    package var count = 0
    /// What they added to the store when they were taken.
    package var storedBytes = 0
    /// When the newest was taken, or a later attempt found that it is what there is; nil if there is none.
    package var lastSuccess: Timestamp?
    /// Of the newest.
    package var seconds: Double?
    package var sources: [Source] = []
    /// Why the last attempt failed; nil if it did not.
    package var failure: String?

    package init(_ kind: Kind) { self.kind = kind }
  }

  package var now: Timestamp
  /// Those that there are, or that were tried.
  package var kinds: [OfKind] = []
  /// When the newest checkpoint was taken that holds what the project has: its databases, if any checkpoint has one. nil if there is
  /// none.
  package var lastSuccess: Timestamp?
  package var hasSources = false
  /// Checkpoints with known damage, that do not restore, or whose manifest, notes or archive are not there.
  package var damagedCount = 0
  /// Checkpoints that are dated in the future.
  package var futureCount = 0
  /// When databases of a checkpoint were last restored and found equal.
  package var provenAt: Timestamp?
  /// When a rollback was last rehearsed to an end, and whether everything came back.
  package var rehearsedAt: Timestamp?
  package var isRehearsalGood: Bool?
  /// What the last good rehearsal took to restore, or else the last proof.
  package var restoreSeconds: Double?
  package var prunedAt: Timestamp?
  package var pushedAt: Timestamp?
  /// As the last collection left it; nil if there was none.
  package var trashBytes: Int?
  /// On the disk of the store; nil without a store.
  package var freeBytes: Int?
  /// The size of the disk of the store.
  package var diskBytes: Int?
  /// Stored in a day of the last four weeks.
  package var bytesPerDay = 0
  /// An operation that was interrupted. One that is at work is none.
  package var pending: OperationKind?
  /// What failed in the background and has not succeeded since.
  package var backgroundFailures: [String] = []

  package init(now: Timestamp) { self.now = now }
}
