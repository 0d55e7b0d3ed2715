// A checkpoint that another store has recorded and that becomes one of this store. Its contents are here already; what is left is
// what makes it a checkpoint: its refs, and then its manifest.

import ChunkStore
import FileSystem
import Git

package enum AdoptedCheckpoint {
  /// - Parameters:
  ///   - bytes: of the manifest, exactly as they were recorded.
  ///   - refs: of the checkpoint, which lead to objects that git has.
  /// - Returns: false if another process has done it meanwhile.
  package static func publish(
    _ id: CheckpointID, manifest bytes: [UInt8], refs: [(name: String, target: ObjectID)], in store: Store,
    _ objects: ObjectDatabase
  ) throws -> Bool {
    let catalog = Catalog(store)
    // Without it, its refs would count as left by a killed process.
    guard let reservation = try IDReservation(of: id, in: store) else {
      if catalog.exists(id) { return false }
      throw StoreError.busy(store.root)
    }
    return try withExtendedLifetime(reservation) {
      if catalog.exists(id) { return false }
      do {
        for (ref, target) in refs { try objects.setRef(ref, to: target) }
        try store.files.replaceFile(catalog.path(of: id), with: bytes)
      } catch {
        try? CheckpointRefs.remove(of: [id], isDead: false, objects)
        throw error
      }
      return true
    }
  }
}
