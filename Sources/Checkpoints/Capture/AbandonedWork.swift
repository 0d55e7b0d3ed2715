// Removes what killed processes left: session directories, reservations of ids, and refs without a manifest.

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
          try removeRefs(of: id, isDead: true, objects)
          try FileTree.remove(store.notes.appending("\(id).json"))
        }
        try FileTree.remove(file)
      }
    }
  }

  /// - Parameter isDead: whether the process that made them was killed: then a lock file that it held on a ref may be left.
  static func removeRefs(of id: CheckpointID, isDead: Bool, _ objects: ObjectDatabase) throws {
    if isDead {
      for ref in [id.stateRef, id.headRef, id.tagRef, id.publicTagRef] { try objects.breakLock(of: ref) }
    }
    for ref in try objects.refs(below: id.refPrefix) + [id.publicTagRef] { try objects.deleteRef(ref) }
  }
}
