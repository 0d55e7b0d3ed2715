// A checkpoint that another store has recorded and that becomes one of this store. Its contents are here already; what is left is
// what makes it a checkpoint: its refs, and then its manifest.

import ChunkStore
import Codecs
import FileSystem
import Git

package enum AdoptedCheckpoint {
  /// Why the refs are not those of the checkpoint.
  package struct WrongRefs: Error, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// - Parameters:
  ///   - bytes: of the manifest, exactly as they were recorded.
  ///   - remote: where it came from.
  ///   - refs: of the checkpoint. They lead to objects that git has.
  ///   - others: the user's own, which must not exist yet.
  /// - Returns: false if another process has done it meanwhile.
  /// - Throws: `WrongRefs` if they do not belong to this manifest.
  package static func publish(
    _ manifest: Manifest, bytes: [UInt8], refs: [(name: String, target: ObjectID)],
    and others: [(name: String, target: ObjectID)] = [], from remote: BytePath,
    in store: Store, _ objects: ObjectDatabase
  ) throws -> Bool {
    let (id, catalog) = (manifest.id, Catalog(store))
    try check(manifest, bytes, refs, objects)
    // Without it, its refs would count as left by a killed process.
    guard let reservation = try IDReservation(of: id, in: store) else {
      if catalog.exists(id) { return false }
      throw StoreError.busy(store.root)
    }
    return try withExtendedLifetime(reservation) {
      if catalog.exists(id) { return false }
      do {
        for (ref, target) in refs { try objects.setRef(ref, to: target) }
        try objects.createRefs(others)
        // Before the manifest: at no moment does it count as the user's own.
        var notes = Notes()
        notes.pulledFrom = remote
        try store.files.replaceFile(store.notes.appending("\(id).json"), with: JSON.encode(notes))
        try store.files.replaceFile(catalog.path(of: id), with: bytes)
      } catch {
        try? CheckpointRefs.remove(of: [id], isDead: false, objects)
        throw error
      }
      return true
    }
  }

  /// What verification would find, before there is anything to be found.
  /// - Throws: `WrongRefs`.
  package static func check(
    _ manifest: Manifest, _ bytes: [UInt8], _ named: [(name: String, target: ObjectID)],
    _ objects: ObjectDatabase
  ) throws {
    let refs = Dictionary(named.map { ($0.name, $0.target) }, uniquingKeysWith: { $1 })
    let (id, digest) = (manifest.id, "manifest-sha256: \(SHA256.digest(bytes).hexadecimal)")
    func require(_ isRight: Bool, _ ref: String) throws {
      if !isRight { throw WrongRefs(description: "the ref \(ref) is missing, or is another checkpoint's") }
    }
    if let tree = manifest.git.stateTree {
      let tag = refs[id.stateRef]
      try require(
        tag.map { try objects.tree(of: $0) == tree && objects.message(ofTag: $0).contains(digest) } ?? false,
        id.stateRef)
    }
    if let head = manifest.git.head { try require(refs[id.headRef] == head, id.headRef) }
    if manifest.git.headTag != nil, manifest.git.head != nil {
      try require(
        refs[id.tagRef].map { try objects.message(ofTag: $0).contains(digest) } ?? false, id.tagRef)
    }
  }
}
