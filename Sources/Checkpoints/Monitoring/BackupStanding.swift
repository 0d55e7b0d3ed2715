// How well a project is backed up, as monitoring asks for it: by kind of checkpoint, and what is known of whether and how fast
// they come back. Sizes are in bytes, durations in seconds.

import FileSystem

package struct BackupStanding: Sendable {
  /// A database or another data source, as it was in the newest checkpoint of a kind.
  package struct Source: Sendable {
    package var name: String
    /// The kind of data source, such as `postgresql`.
    package var type: String
    /// Its size on its server.
    package var byteCount: Int
    /// The same in the checkpoint of that kind before; nil if there is none.
    package var previousByteCount: Int?
    package var seconds: Double?
  }

  /// Checkpoints of one kind.
  package struct OfKind: Sendable {
    package var kind: Kind
    package var count = 0
    /// What they added to the store when they were taken.
    package var storedBytes = 0
    /// When the newest was taken, or the last attempt found that there was nothing new; nil if there is none.
    package var lastSuccess: Timestamp?
    /// Of the newest.
    package var seconds: Double?
    package var sources: [Source] = []
    /// Whether the last attempt failed, and why.
    package var failure: String?

    package init(_ kind: Kind) { self.kind = kind }
  }

  package var now: Timestamp
  /// Those that there are, or that were tried.
  package var kinds: [OfKind] = []
  /// Checkpoints with known damage, that do not restore, or whose manifest cannot be read.
  package var damagedCount = 0
  /// When databases of a checkpoint were last restored and found equal.
  package var provenAt: Timestamp?
  /// When a rollback was last rehearsed, and whether everything came back.
  package var rehearsedAt: Timestamp?
  package var isRehearsalGood: Bool?
  /// What the last rehearsal or proof took to restore.
  package var restoreSeconds: Double?
  package var prunedAt: Timestamp?
  package var trashBytes = 0
  /// On the disk of the store.
  package var freeBytes = 0
  /// Stored in a day of the last four weeks.
  package var bytesPerDay = 0
  /// An operation that was interrupted.
  package var pending: OperationKind?
  /// What failed in the background and has not succeeded since.
  package var backgroundFailures: [String] = []

  package init(now: Timestamp) { self.now = now }

  /// The last success of any kind; nil if there is none.
  package var lastSuccess: Timestamp? { kinds.compactMap(\.lastSuccess).max() }
  package var hasSources: Bool { kinds.contains { !$0.sources.isEmpty } }
}
