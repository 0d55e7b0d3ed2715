// The manifest of a checkpoint that is being deleted. It is moved aside, and the checkpoint is gone; the file is removed after the refs
// and notes. If a process is killed in between, the next writer sees by that file what to finish. Moving creates no file: that works
// on a full disk, and creating files is slow after many were deleted (ext4 looks at each of their inodes).

import ChunkStore
import FileSystem
import Git
import Glibc

enum DeletedManifest {
  private static let suffix = ".deleted"

  static func path(of id: CheckpointID, in store: Store) -> BytePath {
    store.sessions.appending("\(id)\(suffix)")
  }

  static func exists(_ id: CheckpointID, in store: Store) -> Bool { FileTree.exists(path(of: id, in: store)) }

  /// Held by the process that deletes checkpoints.
  /// - Returns: nil if another process holds it for longer than `seconds`.
  static func lock(_ store: Store, waiting seconds: Double) throws -> FileLock? {
    try FileLock.acquire(store.root.appending("lock.deletion"), .exclusive, waiting: seconds)
  }

  /// Whether a process is deleting checkpoints.
  static func isAtWork(in store: Store) throws -> Bool {
    try !FileLock.isFree(store.root.appending("lock.deletion"), ifMissing: true)
  }

  /// From now on there is no such checkpoint.
  static func moveAside(_ id: CheckpointID, in store: Store) throws {
    try store.files.rename(Catalog(store).path(of: id), to: path(of: id, in: store))
  }

  /// Those that are half deleted.
  static func left(in store: Store) throws -> [(id: CheckpointID, manifest: Manifest?)] {
    try FileTree.list(store.sessions).compactMap { name in
      guard let text = name.exactText, text.hasSuffix(suffix),
        let id = CheckpointID(String(text.dropLast(suffix.count)))
      else { return nil }
      let bytes = try? FileTree.readAll(path(of: id, in: store), flags: O_NOFOLLOW)
      return (id, bytes.flatMap { try? JSON.decode(Manifest.self, from: $0) })
    }
  }

  /// Removes everything else of deleted checkpoints: refs, also in submodules, archives and notes.
  /// - Parameters:
  ///   - manifests: theirs; nil for one that cannot be read.
  ///   - isDead: whether the process that deleted them was killed.
  static func finish(
    _ manifests: [(id: CheckpointID, manifest: Manifest?)], isDead: Bool, _ store: Store,
    _ location: RepositoryLocation, _ objects: ObjectDatabase
  ) throws {
    let ids = manifests.map(\.id)
    try CheckpointRefs.remove(of: ids, isDead: isDead, objects)
    for (id, manifest) in manifests {
      for record in manifest?.git.submodules ?? [] {
        // A submodule that is no longer checked out keeps its refs.
        guard let submodule = try? Submodule.open(record.path, in: location, files: store.files) else {
          continue
        }
        try CheckpointRefs.remove(of: [id], isDead: isDead, submodule.objects)
      }
      try FileTree.remove(ArchivePlace.path(of: id, in: store))
      try FileTree.remove(store.notes.appending("\(id).json"))
    }
    for id in ids { try FileTree.remove(path(of: id, in: store)) }
  }
}
