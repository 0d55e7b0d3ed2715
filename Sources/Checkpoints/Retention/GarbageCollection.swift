// Frees the space of chunks that no checkpoint needs, also while checkpoints are taken and read. Chunks that no manifest names
// are moved to the trash. Then the announcements of the sessions at work are read, and after them the manifests that have come:
// a session ends only when its manifest is published. What any of them needs is taken back. If a collection is killed, readers
// find in the trash what it has moved there, and the next collection takes back what is needed before it removes anything.
// docs/design/retention.md says why that is enough.

import ChunkStore
import FileSystem

package struct GarbageCollection {
  package struct Result: Sendable, Equatable {
    /// What is free now: chunks, and the bytes of killed sessions besides.
    package var removed = Amount()
    /// Chunks that were moved to the trash now.
    package var discarded = Amount()
    /// All that lies in the trash now.
    package var trash = Amount()
    /// Chunks that lay in the trash and are needed.
    package var takenBack = 0
  }

  package struct Amount: Sendable, Equatable, Encodable {
    package var chunks = 0
    package var bytes = 0

    mutating func add(_ byteCount: Int) {
      chunks += 1
      bytes += byteCount
    }
  }

  package enum Problem: Error, Sendable, CustomStringConvertible {
    case underWay(BytePath)

    package var description: String {
      switch self {
      case .underWay(let store): "another process is collecting garbage in \(store)"
      }
    }
  }

  /// Seconds that a chunk stays in the trash.
  package static let usualGrace = 86_400

  private let store: Store
  private let trash: Trash
  private let clock: any Clock
  private let progress: any ProgressReporter
  private let grace: Int

  package init(
    _ store: Store, clock: any Clock, progress: any ProgressReporter, grace: Int = Self.usualGrace
  ) {
    (self.store, self.clock, self.progress, self.grace) = (store, clock, progress, grace)
    trash = Trash(store)
  }

  /// Moves to the trash what no checkpoint needs, and removes what has been there long enough. The caller shares the store's lock
  /// with others.
  /// - Throws: `Reachability.Unknown`, and then nothing has become harder to get at than it was.
  package func run() throws -> Result {
    guard let lock = try FileLock.acquire(store.root.appending("lock.collection"), .exclusive) else {
      throw Problem.underWay(store.root)
    }
    defer { for activity in ["collect garbage", "empty the trash"] { progress.finish(activity) } }
    return try withExtendedLifetime(lock) {
      var (needed, result) = (Reachability(store, progress: progress), Result())
      result.removed.bytes += try ChunkSession.removeAbandoned(in: store)
      try ArchivePlace.removeAbandoned(in: store)
      // Candidates first: what is stored later is none.
      let candidates = try store.chunkIDs()
      try needed.readAll()
      let now = clock.now()
      let entries = try discard(candidates.filter { !needed.chunks.contains($0) }, now, &result)
      let announced = try ChunkSession.announced(in: store)
      try needed.readAll()
      result.takenBack = try takeBack(entries) { announced.contains($0) || needed.chunks.contains($0) }
      var due: [Trash.Entry] = []
      for entry in entries where !announced.contains(entry.id) && !needed.chunks.contains(entry.id) {
        if now.secondsSinceEpoch - entry.since >= grace {
          due.append(entry)
        } else {
          result.trash.add(entry.byteCount)
        }
      }
      try empty(due, &result)
      TrashNote(store).write(result.trash.bytes)
      return result
    }
  }

  /// Moves chunks to the trash.
  /// - Returns: everything that lies there.
  private func discard(_ unneeded: [ChunkID], _ now: Timestamp, _ result: inout Result) throws -> [Trash
    .Entry]
  {
    // Nothing else puts chunks into the trash, so what lies there need not be read again.
    let before = try trash.entries()
    let idsBefore = Set(before.map(\.id))
    var (entries, again) = ([Trash.Entry](), Set<ChunkID>())
    let trash = trash
    try Together.work(
      on: unneeded,
      makeWorker: {
        let filler = TrashFiller(trash)
        return { try filler.put($0, at: now, isThere: idsBefore.contains($0)) }
      },
      deliver: { index, entry in
        progress.update("collect garbage", done: index, total: unneeded.count, unit: .items)
        guard let entry else { return }
        if idsBefore.contains(entry.id) { again.insert(entry.id) }
        entries.append(entry)
        result.discarded.add(entry.byteCount)
      })
    return entries + before.filter { !again.contains($0.id) }
  }

  /// A session that announces one of them only now, and takes it back, is quicker or stores it anew.
  private func empty(_ due: [Trash.Entry], _ result: inout Result) throws {
    let trash = trash
    try Together.work(
      on: due, makeWorker: { { try trash.remove($0.id) } },
      deliver: { index, _ in
        progress.update("empty the trash", done: index, total: due.count, unit: .items)
        result.removed.add(due[index].byteCount)
      })
  }

  /// Takes chunks back for good: their names here go only when those among the stored chunks are on the disk.
  /// - Returns: how many.
  private func takeBack(_ entries: [Trash.Entry], where isNeeded: (ChunkID) -> Bool) throws -> Int {
    let taken = try entries.map(\.id).filter { try isNeeded($0) && trash.takeBack($0) }
    try trash.flush(taken)
    for id in taken { try trash.remove(id) }
    return taken.count
  }

  /// Removes at once what no checkpoint needs, and writes nothing, so that it works on a full disk. The caller holds the store's
  /// lock exclusively.
  package func runAlone() throws -> Result {
    defer { progress.finish("empty the trash") }
    var (needed, result) = (Reachability(store, progress: progress), Result())
    result.removed.bytes += try ChunkSession.removeAbandoned(in: store)
    try ArchivePlace.removeAbandoned(in: store)
    try needed.readAll()
    let entries = try trash.entries()
    result.takenBack = try takeBack(entries, where: needed.chunks.contains)
    let stored = Set(try store.chunkIDs())
    // Those that are stored as well are counted there.
    var alsoStored = Result()
    try empty(entries.filter { !needed.chunks.contains($0.id) && stored.contains($0.id) }, &alsoStored)
    try empty(entries.filter { !needed.chunks.contains($0.id) && !stored.contains($0.id) }, &result)
    TrashNote(store).remove()
    let store = store
    try Together.work(
      on: stored.filter { !needed.chunks.contains($0) },
      makeWorker: {
        { id in
          let byteCount = try store.storedByteCount(id) ?? 0
          try FileTree.remove(store.path(of: id))
          return byteCount
        }
      }, deliver: { _, byteCount in result.removed.add(byteCount) })
    return result
  }
}
