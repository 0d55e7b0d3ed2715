// What becomes known of a checkpoint after it was taken. Manifests never change, notes do.

import FileSystem
import Git

/// What becomes known of a checkpoint after it was taken.
package struct Notes: Codable, Sendable {
  package var verifiedAt: Timestamp?
  /// What the last verification found; nil when it found nothing wrong.
  package var damage: [String]?
  package var isMarkedStable: Bool?
  /// Stable, and protected from being deleted.
  package var isCritical: Bool?
  /// A rescue that was used up by undo, or whose rollback was given up.
  package var isSpent: Bool?
  /// For a rescue: how HEAD and branches go back to where they were.
  package var headBefore: [HeadDestination]?
  /// What the operation that this is the rescue of was about; nil for everything.
  package var scope: OperationScope?
  /// The steps that led away from there.
  package var headAfter: [HeadDestination]?
  /// For a rescue: copies of databases that were kept aside first.
  package var secured: [SourceRecord]?
  /// For a rescue: databases that were dropped once their copy was safe.
  package var released: [RetainedDatabase]?
  /// For a rescue: the seals that the databases had when they were copied, by their numbers.
  package var securedSeals: [String: String]?
  /// The last time that its databases were really restored and compared.
  package var proof: Proof?
  package var warm: [WarmClone]?
  /// Why there is no warm clone where there should be one.
  package var warmFailure: WarmFailure?
  /// The last time that a rollback to it was rehearsed.
  package var rehearsal: RehearsalNote?

  package init() {}
}

extension Notes: StoredDocument {
  package func check() throws { for step in (headBefore ?? []) + (headAfter ?? []) { try step.check() } }
}
