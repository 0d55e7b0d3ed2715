// A source that keeps the contents that a rollback replaced, so that they can be put back at once.

import ChunkStore

package protocol KeepsReplaced: DataSource {
  /// Whether contents that a rollback moved aside still exist.
  func isHeld(_ retained: RetainedDatabase) throws -> Bool
  /// Copies contents that a rollback moved aside into the store.
  /// - Returns: nil if they are gone.
  func secure(
    _ retained: RetainedDatabase, into session: ChunkSession, progress: any ProgressReporter
  ) throws -> SecuredContents?
  /// The names of contents that a rollback restored and that were live for a moment before it was aborted.
  func givenUp() throws -> [String]
  /// Drops contents that were moved aside, once they are in the store.
  /// - Parameter seal: the seal that they had when they were copied.
  /// - Returns: false if they were used since; then nothing is dropped.
  func release(_ retained: RetainedDatabase, seal: String) throws -> Bool
}
