// Where the archives of checkpoints are: `archive/YYYY-MM/<id>.tar.zst` in the store.

import ChunkStore
import FileSystem

package enum ArchivePlace {
  package static let suffix = ".tar.zst"

  /// The directories of the months.
  static func directories(of store: Store) throws -> [BytePath] {
    let root = store.root.appending("archive")
    guard FileTree.exists(root) else { return [] }
    return try FileTree.list(root).map(root.appending).filter { try FileTree.status($0)?.kind == .directory }
  }

  /// Removes what killed processes were writing.
  static func removeAbandoned(in store: Store) throws {
    for directory in try directories(of: store) {
      for name in try FileTree.list(directory) where ReplacedFile.isAbandoned(name) {
        try FileTree.remove(directory.appending(name))
      }
    }
  }

  package static func path(of id: CheckpointID, in store: Store) -> BytePath {
    store.root.appending(relativePath(of: id))
  }

  /// In the store's directory.
  package static func relativePath(of id: CheckpointID) -> BytePath {
    BytePath("archive/\(id.timestamp.prefix(4))-\(id.timestamp.dropFirst(4).prefix(2))/\(id)\(suffix)")
  }

  /// Whether the archive that a note speaks of is there, with its size. Only then are the contents elsewhere not needed.
  static func isThere(_ note: ArchiveNote, of id: CheckpointID, in store: Store) throws -> Bool {
    let status = try FileTree.status(path(of: id, in: store))
    return status?.kind == .regular && status?.byteCount == note.byteCount
  }
}
