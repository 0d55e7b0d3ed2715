// The refs of checkpoints: those that keep their objects, and their public tags.

import FileSystem
import Git

package enum CheckpointRefs {
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
