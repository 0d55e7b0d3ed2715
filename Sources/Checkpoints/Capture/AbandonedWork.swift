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
    for name in try FileTree.list(store.sessions) {
      guard let text = name.exactText, text.hasSuffix(IDReservation.suffix) else { continue }
      let file = store.sessions.appending(name)
      guard let lock = try FileLock.acquire(file, .exclusive) else { continue }
      try withExtendedLifetime(lock) {
        if let id = CheckpointID(String(text.dropLast(IDReservation.suffix.count))),
          !Catalog(store).exists(id)
        {
          try CheckpointRefs.remove(of: [id], isDead: true, objects)
          try FileTree.remove(store.notes.appending("\(id).json"))
        }
        try FileTree.remove(file)
      }
    }
    try ArchivePlace.removeAbandoned(in: store)
    try finishDeletions(in: store, location, objects)
  }

  /// The files and directories of work whose processes were killed, in the store. This changes nothing.
  package static func left(in store: Store) throws -> [BytePath] {
    var found = try ChunkSession.abandoned(in: store)
    for directory in [store.root, store.manifests, store.notes] + (try ArchivePlace.directories(of: store)) {
      found += try FileTree.list(directory).filter(ReplacedFile.isAbandoned).map(directory.appending)
    }
    for name in try FileTree.list(store.sessions) {
      let file = store.sessions.appending(name)
      let isReservation = name.exactText?.hasSuffix(IDReservation.suffix) == true
      if try isReservation && FileLock.isFree(file) { found.append(file) }
    }
    let deleted = try DeletedManifest.left(in: store).map { DeletedManifest.path(of: $0.id, in: store) }
    return try DeletedManifest.isAtWork(in: store) ? found : found + deleted
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
