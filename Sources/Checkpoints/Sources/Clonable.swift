// A source that can hold a checkpoint's contents a second time, so that a rollback only has to put them in place.

import ChunkStore

package protocol Clonable: DataSource {
  /// Makes a copy with the contents of the record, and closes it to all sessions.
  /// - Parameters:
  ///   - mayCopy: whether the live contents may be copied on the server, if they are still the same.
  ///   - note: stores the clone in the notes: called before the clone gets its final name, and again when it is complete.
  /// - Returns: nil for a record of a part, which is restored into existing contents.
  func makeClone(
    of record: SourceRecord, in store: Store, mayCopy: Bool, progress: any ProgressReporter,
    note: (WarmClone) throws -> Void
  ) throws -> WarmClone?
  func condition(of clone: WarmClone) throws -> WarmClone.Condition
  /// Drops a clone. A clone that is gone, or whose name now belongs to another database, is left alone.
  func drop(_ clone: WarmClone) throws
  /// The names of all clones of this source, including those of other stores.
  func cloneNames() throws -> [String]
  /// - Parameter name: one of `cloneNames`.
  func dropClone(named name: String) throws
  /// Removes half-made copies of processes that are dead.
  func dropAbandoned() throws
  /// The bytes that are free on the clones' disk; nil if that is unknown.
  func freeBytes() throws -> Int?
}
