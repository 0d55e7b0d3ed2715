// When checkpoints were last pruned in the background: the time of a file in the store.

import ChunkStore
import FileSystem

package struct PruneStamp: Sendable {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  private var path: BytePath { store.root.appending("pruned") }

  /// nil if that never happened.
  package func read() throws -> Timestamp? {
    try FileTree.status(path).map { Timestamp(millisecondsSinceEpoch: $0.modified.tv_sec * 1000) }
  }

  package func write(_ time: Timestamp) throws {
    try store.files.replaceFile(path, with: [])
    try FileTree.setTimes(path, secondsSinceEpoch: time.secondsSinceEpoch)
  }
}
