// A source whose replaced contents stay where they are, for an instant undo.

import ChunkStore

package protocol KeepsReplaced: DataSource {
  /// Whether contents that a rollback moved aside are still there.
  func isHeld(_ retained: RetainedDatabase) throws -> Bool
  /// Copies contents that a rollback moved aside into the store.
  /// - Returns: nil if they are gone.
  func secure(
    _ retained: RetainedDatabase, into session: ChunkSession, progress: any ProgressReporter
  ) throws -> SecuredContents?
  /// The names of contents that a rollback restored and that were live for a moment before it was given up.
  func givenUp() throws -> [String]
  /// Drops contents that were moved aside, once they are in the store.
  /// - Parameter seal: as it was when they were secured.
  /// - Returns: false if they were used since, so that nothing was dropped.
  func release(_ retained: RetainedDatabase, seal: String) throws -> Bool
}
