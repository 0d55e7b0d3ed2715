// A source whose records can be restored in a trial, without touching anything that is in use, to prove that they restore.

import ChunkStore

package protocol Provable: DataSource {
  /// Restores a record in a trial, compares it with what was recorded, and removes it.
  /// - Returns: what differs, and what comes back differently; nil for a part that cannot be restored by itself.
  func prove(
    _ record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> (problems: [String], remarks: [String])?
  /// Restores a record in a trial, compares it, and keeps it open for programs.
  func openScratch(
    of record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> ScratchAttempt
}
