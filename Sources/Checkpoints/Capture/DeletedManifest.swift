// The manifest of a checkpoint that is being deleted. It is moved aside, so that the checkpoint is gone, and removed when its refs
// and notes are gone, too. One that a killed process has left tells the next writer what to finish. Nothing is created for it:
// that works on a full disk, and creating a file is slow where many have just been deleted (ext4 looks at each of them).

import ChunkStore
import FileSystem

enum DeletedManifest {
  private static let suffix = ".deleted"

  private static func path(of id: CheckpointID, in store: Store) -> BytePath {
    store.sessions.appending("\(id)\(suffix)")
  }

  static func exists(_ id: CheckpointID, in store: Store) -> Bool { FileTree.exists(path(of: id, in: store)) }

  /// Held by the process that deletes checkpoints.
  /// - Returns: nil if another process holds it for longer than `seconds`.
  static func lock(_ store: Store, waiting seconds: Double) throws -> FileLock? {
    try FileLock.acquire(store.root.appending("lock.deletion"), .exclusive, waiting: seconds)
  }

  /// From now on there is no such checkpoint.
  static func moveAside(_ id: CheckpointID, in store: Store) throws {
    try store.files.rename(Catalog(store).path(of: id), to: path(of: id, in: store))
  }

  static func left(in store: Store) throws -> [CheckpointID] {
    try FileTree.list(store.sessions).compactMap { name in
      guard let text = name.exactText, text.hasSuffix(suffix) else { return nil }
      return CheckpointID(String(text.dropLast(suffix.count)))
    }
  }

  static func remove(_ ids: [CheckpointID], from store: Store) throws {
    for id in ids { try FileTree.remove(path(of: id, in: store)) }
  }
}
