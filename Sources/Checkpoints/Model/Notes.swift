// What becomes known about a checkpoint after it was taken: manifests never change, so it is in a file of its own.

import FileSystem
import Git

package struct Notes: Codable, Sendable {
  package var verifiedAt: Timestamp?
  /// The damage that the last verification found; nil if it found none.
  package var damage: [String]?
  package var isMarkedStable: Bool?
  /// Stable, and protected from being deleted.
  package var isCritical: Bool?
  /// True for a rescue that `undo` has used up, or whose rollback was aborted.
  package var isSpent: Bool?
  /// For a rescue: how HEAD and branches go back to where they were.
  package var headBefore: [HeadDestination]?
  /// For a rescue: what its operation restored; nil for everything.
  package var scope: OperationScope?
  /// For a rescue: how HEAD and branches were moved by the operation.
  package var headAfter: [HeadDestination]?
  /// For a rescue: copies of databases that were first kept aside on the server.
  package var secured: [SourceRecord]?
  /// For a rescue: databases that were dropped once their copy was safe.
  package var released: [RetainedDatabase]?
  /// For a rescue: the seals that the databases had when they were copied, by their OIDs.
  package var securedSeals: [String: String]?
  /// The last time that its databases were restored and compared.
  package var proof: Proof?
  package var warm: [WarmClone]?
  /// Why it has no warm clone although it should have one.
  package var warmFailure: WarmFailure?
  /// The last time that a rollback to it was rehearsed.
  package var rehearsal: RehearsalNote?
  /// Its contents are in an archive, and only documents and lists need be in the store.
  package var archive: ArchiveNote?
  /// The remote that it was pulled from. It is written before the manifest is.
  package var pulledFrom: BytePath?

  package init() {}
}

extension Notes: StoredDocument {
  package func check() throws { for step in (headBefore ?? []) + (headAfter ?? []) { try step.check() } }
}
