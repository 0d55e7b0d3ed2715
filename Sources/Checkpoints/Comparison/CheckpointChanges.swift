// Everything that differs between two checkpoints, or between a checkpoint and the present state.

import FileSystem

package struct CheckpointChanges: Codable, Sendable {
  package struct Side: Codable, Sendable {
    /// nil for the present state.
    package var checkpoint: CheckpointID?
    package var at: Timestamp
    /// The size of all databases on their servers.
    package var databaseByteCount: Int?
    /// The size of their rows as text.
    package var rowByteCount: Int?
    package var keptFileByteCount: Int?
    /// The bytes that the checkpoint added to the store.
    package var storedByteCount: Int?

    package init(_ manifest: Manifest) {
      (checkpoint, at) = (manifest.id, manifest.createdAt)
      keptFileByteCount = manifest.keptFiles?.streamByteCount
      storedByteCount = manifest.sizes.bytesStored
    }

    /// The present state.
    package init(at: Timestamp) { self.at = at }
  }

  package var before: Side
  package var after: Side
  /// nil if it was not requested.
  package var work: WorkChanges?
  /// Files that the store keeps, such as `.env`.
  package var keptFiles: [KeptFileChange]?
  package var databases: [DatabaseChanges]?
  /// What could not be compared at all.
  package var problems: [String] = []

  package init(before: Side, after: Side) { (self.before, self.after) = (before, after) }

  /// Whether the rows of a present database were not compared, because reading them takes its time.
  package var hasUnreadRows: Bool {
    (databases ?? []).contains { $0.noun == nil && $0.before != nil && $0.after != nil && $0.tables == nil }
      && after.checkpoint == nil
  }

  /// Whether something that was asked for could not be compared.
  package var isPartial: Bool {
    !problems.isEmpty || !(work?.problems ?? []).isEmpty
      || (databases ?? []).contains { !$0.problems.isEmpty }
  }
}
