// A source whose records can be restored beside everything that is in use, to prove that they come back.

import ChunkStore

package protocol Provable: DataSource {
  /// Restores a record beside everything that is in use, compares it with what was recorded, and removes it.
  /// - Returns: what differs, and what comes back otherwise; nil for a part that cannot be restored by itself.
  func prove(
    _ record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> (problems: [String], remarks: [String])?
  /// Restores a record beside everything that is in use, compares it, and leaves it open for programs that try it.
  func openScratch(
    of record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> ScratchAttempt
}
