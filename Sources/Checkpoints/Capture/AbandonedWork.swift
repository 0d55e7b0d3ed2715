// Ids that are taken before their manifest exists, and the clearing away of what killed processes left:
// session directories, reservations, and refs without a manifest.

import ChunkStore
import FileSystem
import Git
import Glibc

/// Holds an id against other processes until the manifest is there: a file, locked as long as its process
/// lives. A reservation that nobody locks is one whose process was killed.
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
      guard !catalog.exists(id), let lock = try FileLock.acquire(file, .exclusive) else { continue }
      // The other process may have published, and removed its file, between our two looks.
      if catalog.exists(id) || !FileTree.exists(file) { continue }
      (self.id, self.file, self.lock) = (id, file, lock)
      return
    }
  }

  /// Marks a checkpoint that is being deleted, for the process that finishes what a killed one began.
  init(deleting id: CheckpointID, in store: Store) throws {
    let file = store.sessions.appending("\(id)\(Self.suffix)")
    guard let lock = try FileLock.acquire(file, .exclusive) else { throw StoreError.busy(store.root) }
    (self.id, self.file, self.lock) = (id, file, lock)
  }

  deinit { try? FileTree.remove(file) }

  /// True while the checkpoint is being made, and after its process was killed until the next one clears up.
  static func exists(_ id: CheckpointID, in store: Store) -> Bool {
    FileTree.exists(store.sessions.appending("\(id)\(suffix)"))
  }
}

package enum AbandonedWork {
  /// Removes what processes that are dead left unfinished.
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
        }
        try FileTree.remove(file)
      }
    }
  }

  /// - Parameter isDead: the process that made them was killed, maybe while it held a ref's lock file.
  static func removeRefs(of id: CheckpointID, isDead: Bool, _ objects: ObjectDatabase) throws {
    if isDead {
      for ref in [id.stateRef, id.headRef, id.tagRef, id.publicTagRef] { try objects.breakLock(of: ref) }
    }
    for ref in try objects.refs(below: id.refPrefix) + [id.publicTagRef] { try objects.deleteRef(ref) }
  }
}
