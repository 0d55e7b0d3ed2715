// Chunks that no checkpoint needed when a collection looked. Until they are removed, a reader that meets one reads it here, a
// writer that is about to rely on one takes it back, and the next collection takes back what is needed after all.

import FileSystem
import Glibc

package struct Trash: Sendable {
  let store: Store

  package init(_ store: Store) { self.store = store }

  /// A chunk that lies here.
  package struct Entry: Sendable {
    package let id: ChunkID
    package let byteCount: Int
    /// When it was put here, in seconds since 1970.
    package let since: Int
  }

  var root: BytePath { store.root.appending("trash") }

  package func path(of id: ChunkID) -> BytePath { store.path(of: id, in: root) }

  /// Gives a chunk its name among the stored ones again. It stays here as well, because another process may have moved it here
  /// anew: only a collection removes it.
  /// - Returns: false if it is not here.
  @discardableResult
  package func takeBack(_ id: ChunkID) throws -> Bool {
    let (from, to) = (path(of: id), store.path(of: id))
    do {
      // A writer may have stored it anew, perhaps because this one is damaged; that one must not be replaced.
      try FileTree.makeHardLink(to, to: from)
      return true
    } catch let error where error.code == EEXIST {
      return true
    } catch let error where error.isMissing {
      return false
    } catch let error where [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.code) {
      if FileTree.exists(to) { return true }
    }
    do { try store.files.rename(from, to: to) } catch {
      if error.isMissing { return false }
      throw error
    }
    return true
  }

  /// Makes names among the stored chunks durable that were taken back.
  package func flush(_ ids: some Sequence<ChunkID>) throws {
    let fans = Set(ids.compactMap { store.path(of: $0).parent })
    if !fans.isEmpty { try store.files.flush(fans, inFileSystemOf: store.chunks) }
  }

  package func entries() throws -> [Entry] {
    try store.chunkFiles(in: root) { id, status in
      Entry(id: id, byteCount: status.byteCount, since: status.modified.tv_sec)
    }
  }

  package func remove(_ id: ChunkID) throws { try FileTree.remove(path(of: id)) }
}
