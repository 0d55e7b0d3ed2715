// The refs of checkpoints: those that keep their objects, and their public tags.

import ChunkStore
import FileSystem
import Git

package enum CheckpointRefs {
  /// Checkpoints that have refs and no manifest, and are neither being taken nor being deleted.
  package static func withoutManifest(_ objects: ObjectDatabase, _ store: Store) throws -> [CheckpointID] {
    let catalog = Catalog(store)
    let ids = try objects.refs(below: CheckpointID.refRoot).compactMap { ref in
      ref.split(separator: "/").dropFirst(2).first.flatMap { CheckpointID(String($0)) }
    }
    // In this order: a reservation goes after the manifest has come, and the mark of a deletion after the refs have gone.
    return try Set(ids).sorted().filter { id in
      try !IDReservation.exists(id, in: store) && !catalog.exists(id)
        && !objects.refs(below: id.refPrefix).isEmpty
    }
  }

  /// - Parameter isDead: whether the process that made or removed them was killed: then lock files that it held on refs may be
  ///   left.
  static func remove(of ids: [CheckpointID], isDead: Bool, _ objects: ObjectDatabase) throws {
    if isDead {
      for id in ids {
        for ref in [id.stateRef, id.headRef, id.tagRef, id.publicTagRef] { try objects.breakLock(of: ref) }
      }
    }
    guard let first = ids.first else { return }
    let names = Set(ids.map(\.description))
    let own = try objects.refs(below: ids.count == 1 ? first.refPrefix : CheckpointID.refRoot).filter { ref in
      ref.dropFirst(CheckpointID.refRoot.count).split(separator: "/").first.map { names.contains(String($0)) }
        ?? false
    }
    let tags = Set(ids.map(\.publicTagRef))
    let published = try objects.refs(below: CheckpointID.publicTagRoot).filter(tags.contains)
    try objects.deleteRefs(own + published)
  }
}
