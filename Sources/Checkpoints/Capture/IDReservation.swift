// Holds an id against other processes until its manifest is there: a file that is locked as long as its process lives. One
// that no process locks was left by a process that was killed.

import ChunkStore
import FileSystem

package final class IDReservation {
  static let suffix = ".reserved"

  package let id: CheckpointID
  private let file: BytePath
  private let lock: FileLock

  init(_ name: CheckpointName, at time: Timestamp, in store: Store) throws {
    let catalog = Catalog(store)
    var number = 1
    while true {
      let id = CheckpointID(name: name, at: time, number: number)
      let file = store.sessions.appending("\(id)\(Self.suffix)")
      number += 1
      // One that is being deleted still has refs.
      guard !catalog.exists(id), !DeletedManifest.exists(id, in: store),
        let lock = try FileLock.acquire(file, .exclusive)
      else { continue }
      // The other process may have published, and removed its file, between our two looks.
      if catalog.exists(id) || !FileTree.exists(file) { continue }
      (self.id, self.file, self.lock) = (id, file, lock)
      return
    }
  }

  /// Of exactly this id; nil if another process has it, or is deleting that checkpoint.
  init?(of id: CheckpointID, in store: Store) throws {
    let file = store.sessions.appending("\(id)\(Self.suffix)")
    guard !DeletedManifest.exists(id, in: store), let lock = try FileLock.acquire(file, .exclusive),
      FileTree.exists(file)
    else { return nil }
    (self.id, self.file, self.lock) = (id, file, lock)
  }

  deinit { try? FileTree.remove(file) }

  /// True while the checkpoint is being made or deleted, and after its process was killed until the next one clears up.
  static func exists(_ id: CheckpointID, in store: Store) -> Bool {
    FileTree.exists(store.sessions.appending("\(id)\(suffix)")) || DeletedManifest.exists(id, in: store)
  }
}
