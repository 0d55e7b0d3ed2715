// Removes what killed processes left: session directories, reservations of ids, half-deleted checkpoints, and refs
// without a manifest.

import ChunkStore
import FileSystem
import Git

package enum AbandonedWork {
  /// Removes everything that dead processes left unfinished.
  package static func remove(from store: Store, _ location: RepositoryLocation, _ objects: ObjectDatabase)
    throws
  {
    try ScratchIndex.removeAbandoned(in: location)
    try objects.removeAbandoned()
    try ChunkSession.removeAbandoned(in: store)
    for directory in [store.root, store.manifests, store.notes] {
      for name in try FileTree.list(directory) where ReplacedFile.isAbandoned(name) {
        try FileTree.remove(directory.appending(name))
      }
    }
    try forEachReservation(in: store) { file, id in
      if let id, !Catalog(store).exists(id) {
        try CheckpointRefs.remove(of: [id], isDead: true, objects)
        try FileTree.remove(store.notes.appending("\(id).json"))
      }
      try FileTree.remove(file)
    }
    try ArchivePlace.removeAbandoned(in: store)
    try finishDeletions(in: store, location, objects)
  }

  /// - Parameter body: gets the reservations of killed processes, each while no other process may take it for that.
  private static func forEachReservation(
    in store: Store, _ body: (BytePath, CheckpointID?) throws -> Void
  ) throws {
    for name in try FileTree.list(store.sessions) {
      guard let text = name.exactText, text.hasSuffix(IDReservation.suffix) else { continue }
      let file = store.sessions.appending(name)
      guard let lock = try FileLock.acquire(file, .exclusive) else { continue }
      try withExtendedLifetime(lock) {
        try body(file, CheckpointID(String(text.dropLast(IDReservation.suffix.count))))
      }
    }
  }

  /// What is in the store of checkpoints that were being taken, or deleted, when their processes were killed.
  package static func left(in store: Store) throws -> [BytePath] {
    var found: [BytePath] = []
    try ChunkSession.forEachAbandoned(in: store) { found.append($0) }
    try forEachReservation(in: store) { file, _ in found.append(file) }
    // Without the lock, they are another process's work.
    if try DeletedManifest.left(in: store).isEmpty { return found }
    guard let lock = try DeletedManifest.lock(store, waiting: 0) else { return found }
    return try withExtendedLifetime(lock) {
      try found + DeletedManifest.left(in: store).map { DeletedManifest.path(of: $0.id, in: store) }
    }
  }

  private static func finishDeletions(
    in store: Store, _ location: RepositoryLocation, _ objects: ObjectDatabase
  ) throws {
    if try DeletedManifest.left(in: store).isEmpty { return }
    // Without the lock, they are another process's work.
    guard let lock = try DeletedManifest.lock(store, waiting: 0) else { return }
    try withExtendedLifetime(lock) {
      do {
        try DeletedManifest.finish(
          DeletedManifest.left(in: store), isDead: true, store, location, objects)
      } catch {
        // A ref that cannot be removed now must not keep checkpoints from being taken: the next writer tries again.
        try Interruption.check()
      }
    }
  }
}
