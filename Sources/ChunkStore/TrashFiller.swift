// Moves chunks to the trash. Neighbours are in the same directory, which stays open meanwhile: that is quicker than walking two long
// paths for each. Belongs to one thread.

import FileSystem

package final class TrashFiller {
  private let trash: Trash
  private var held: (fan: BytePath, from: OpenFile, to: OpenFile)?

  package init(_ trash: Trash) { self.trash = trash }

  /// Only a collection moves chunks to the trash, and only a collection removes their names there.
  /// - Parameters:
  ///   - now: is noted as the chunk's time.
  ///   - isThere: whether it lies there already.
  /// - Returns: nil if it is not stored any more.
  package func put(_ id: ChunkID, at now: Timestamp, isThere: Bool) throws -> Trash.Entry? {
    let (from, to) = (trash.store.path(of: id), trash.path(of: id))
    guard let status = try FileTree.status(from) else { return nil }
    // A file that has both names would keep both.
    if isThere { try FileTree.remove(to) }
    try FileTree.setTimes(from, secondsSinceEpoch: now.secondsSinceEpoch)
    let (stored, discarded) = try directories(to.parent?.lastComponent ?? "")
    try trash.store.files.move(to.lastComponent, from: stored, to: discarded)
    return Trash.Entry(id: id, byteCount: status.byteCount, since: now.secondsSinceEpoch)
  }

  private func directories(_ fan: BytePath) throws -> (from: OpenFile, to: OpenFile) {
    if let held, held.fan == fan { return (held.from, held.to) }
    let place = trash.root.appending(fan)
    try FileTree.makeDirectories(place, mode: 0o700)
    let (from, to) = try (
      OpenFile.directory(fan, below: trash.store.chunks), OpenFile.directory(fan, below: trash.root)
    )
    held = (fan, from, to)
    return (from, to)
  }
}
