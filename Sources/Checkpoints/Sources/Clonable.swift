// A source that can hold a checkpoint's contents a second time, so that a rollback only has to put them in place.

import ChunkStore

package protocol Clonable: DataSource {
  /// Makes a copy that holds what the record holds, and closes it to everybody.
  /// - Parameters:
  ///   - mayCopy: whether the live contents may be copied where they are, if they are still the same.
  ///   - note: called before the clone can be told from others, and again when it is whole.
  /// - Returns: nil for a part, which comes back into what is there.
  func makeClone(
    of record: SourceRecord, in store: Store, mayCopy: Bool, progress: any ProgressReporter,
    note: (WarmClone) throws -> Void
  ) throws -> WarmClone?
  func condition(of clone: WarmClone) throws -> WarmClone.Condition
  /// Drops a clone. One that is gone, or has another's name by now, is left alone.
  func drop(_ clone: WarmClone) throws
  /// The names of all clones of this source, whoever made them.
  func cloneNames() throws -> [String]
  /// - Parameter name: one of `cloneNames`.
  func dropClone(named name: String) throws
  /// Removes half-made copies of processes that are dead.
  func dropAbandoned() throws
  /// Bytes that are free where the clones are kept; nil if that cannot be seen from here.
  func freeBytes() throws -> Int?
}
