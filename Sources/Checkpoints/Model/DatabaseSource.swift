// What a data source that is a database on a server can do beside being recorded and restored: keep what a rollback
// moved aside, and hold the same contents twice, which proofs and warm clones live from.

import ChunkStore

package protocol DatabaseSource: DataSource {
  /// Whether contents that a rollback moved aside are still there.
  func isHeld(_ retained: RetainedDatabase) throws -> Bool
  /// Copies contents that a rollback moved aside into the store.
  /// - Returns: nil when they are not there any more.
  func secure(
    _ retained: RetainedDatabase, into session: ChunkSession, progress: any ProgressReporter
  ) throws -> SecuredDatabase?
  /// Gives the place of contents up that were moved aside and secured.
  /// - Parameter seal: as it was when they were secured.
  /// - Returns: false where somebody has been in there since, so that nothing was dropped.
  func release(_ retained: RetainedDatabase, seal: String) throws -> Bool

  /// Restores a record beside everything that is in use, compares it with what was recorded, and gives the place up.
  /// - Returns: what differs, nothing for one that is proven; nil for the rows of a part, which are no database.
  func prove(_ record: SourceRecord, in store: Store, progress: any ProgressReporter) throws -> [String]?
  /// Makes a database that holds what the record holds, and closes it to everybody.
  /// - Parameters:
  ///   - mayCopy: whether the live database may be copied on its server where it holds the same still.
  ///   - note: called before the clone can be told from others, and again when it is whole.
  func makeClone(
    of record: SourceRecord, in store: Store, mayCopy: Bool, progress: any ProgressReporter,
    note: (WarmClone) throws -> Void
  ) throws -> WarmClone
  func condition(of clone: WarmClone) throws -> WarmClone.Condition
  /// Drops a clone. One that is gone, or has another's name by now, is left alone.
  func drop(_ clone: WarmClone) throws
  /// Removes half-made databases of processes that are dead.
  func dropAbandoned() throws
  /// Bytes that are free on the disk where the server keeps its databases; nil where that cannot be seen from here.
  func freeBytes() throws -> Int?
}

/// A copy of what was retained, and the seal of the original at that time.
package struct SecuredDatabase: Sendable {
  package var record: SourceRecord
  package var seal: String

  package init(record: SourceRecord, seal: String) { (self.record, self.seal) = (record, seal) }
}
