// When something was last done for a store: the time of a file in it.

import ChunkStore
import FileSystem

package struct StoreStamp: Sendable {
  private let store: Store
  private let path: BytePath

  private init(_ store: Store, _ name: String) { (self.store, path) = (store, store.root.appending(name)) }

  /// When checkpoints were last pruned, or pruning was last begun in the background.
  package static func pruned(_ store: Store) -> Self { Self(store, "pruned") }

  /// When a push last ended well, so that a remote has what it was to have.
  package static func pushed(_ store: Store) -> Self { Self(store, "pushed") }

  /// When a job was last begun by the clock.
  package static func began(_ job: ScheduledJob, _ store: Store) -> Self {
    Self(store, "scheduled-\(job.rawValue)")
  }

  /// When one began last that succeeded.
  package static func succeeded(_ job: ScheduledJob, _ store: Store) -> Self {
    Self(store, "scheduled-\(job.rawValue)-done")
  }

  /// nil if that never happened.
  package func read() throws -> Timestamp? {
    try FileTree.status(path).map { Timestamp(millisecondsSinceEpoch: $0.modified.tv_sec * 1000) }
  }

  package func write(_ time: Timestamp) throws {
    try store.files.replaceFile(path, with: [])
    try FileTree.setTimes(path, secondsSinceEpoch: time.secondsSinceEpoch)
  }
}
