// Ids that are taken before their manifest exists, and the clearing away of what killed processes left:
// session directories, reservations, and refs without a manifest.

import ChunkStore
import FileSystem
import Git
import Glibc

/// Holds an id against other processes until the manifest is there.
package final class IDReservation {
  package let id: CheckpointID
  private let file: BytePath

  init(_ name: CheckpointName, at time: Timestamp, in store: Store) throws {
    let catalog = Catalog(store)
    var number = 1
    while true {
      let id = CheckpointID(name: name, at: time, number: number)
      let file = Self.file(id, store)
      number += 1
      if catalog.exists(id) { continue }
      do {
        _ = try store.files.open(file, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      } catch {
        if error.code == EEXIST { continue }
        throw error
      }
      // The other process may have published between our two looks.
      if catalog.exists(id) {
        try FileTree.remove(file)
        continue
      }
      (self.id, self.file) = (id, file)
      return
    }
  }

  deinit { try? FileTree.remove(file) }

  static func file(_ id: CheckpointID, _ store: Store) -> BytePath {
    store.sessions.appending("\(id).reserved")
  }
}

package enum AbandonedWork {
  /// Removes what processes that are dead left unfinished.
  package static func remove(from store: Store, _ database: ObjectDatabase) throws {
    for purpose in try ChunkSession.removeAbandoned(in: store) {
      guard let id = CheckpointID(purpose) else { continue }
      if !Catalog(store).exists(id) { try removeRefs(of: id, database) }
      try FileTree.remove(IDReservation.file(id, store))
    }
  }

  static func removeRefs(of id: CheckpointID, _ database: ObjectDatabase) throws {
    for ref in [id.stateRef, id.headRef, id.tagRef] { try database.deleteRef(ref) }
  }
}
