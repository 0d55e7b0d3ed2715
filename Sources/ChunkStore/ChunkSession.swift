// Writes chunks. New chunks first get temporary names; `commit` flushes all of them at once, and only then gives them
// their names. A session that ends without `commit` leaves nothing. A killed one leaves a directory whose lock is free,
// which the next writer removes.
//
// Before a session looks whether the store has a chunk, it announces in its directory that it needs it, and the announcement
// stays until the session ends, which is after the checkpoint is published. A collection moves chunks to the trash first and
// reads the announcements then, so one of both sees the other.

import Codecs
import FileSystem
import Glibc
import Synchronization

package final class ChunkSession: Sendable {
  private struct State {
    var staged: Set<ChunkID> = []
    var takenBack: Set<ChunkID> = []
    var statistics = WriteStatistics()
    var isOpen = true
  }

  package let store: Store
  private let directory: BytePath
  private let owner: FileLock
  private let state = Mutex(State())
  /// The ids of all chunks that the session needs, a line for each.
  private let needs: OpenFile?
  private let checksExisting: Bool
  private let keepsNothing: Bool

  /// - Parameters:
  ///   - checksExisting: whether chunks that the store already has are read and hashed. For contents that are about to
  ///     exist nowhere else. Otherwise only their seal is checked, which is much cheaper.
  ///   - keepsNothing: whether chunks are only named and not stored, to find out which chunks there would be.
  ///   - isForComparing: whether nothing will be committed, so that a read-only store is enough.
  package init(
    _ store: Store, checksExisting: Bool = false, keepsNothing: Bool = false, isForComparing: Bool = false
  ) throws {
    self.store = store
    self.checksExisting = checksExisting
    self.keepsNothing = keepsNothing
    do {
      (directory, owner) = try Self.makeDirectory(in: store)
    } catch let error as SystemError where isForComparing && error.isNotWritable {
      directory = try ScratchDirectory.make("checkpoint-session-", in: store.scratch)
      owner = try Self.own(directory)
    }
    needs = keepsNothing ? nil : try Self.openNeeds(in: directory, store)
  }

  private static let needs: BytePath = "needs"

  private static func openNeeds(in directory: BytePath, _ store: Store) throws -> OpenFile {
    do {
      return try store.files.open(
        directory.appending(needs), flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    } catch {
      try? FileTree.remove(directory)
      throw error
    }
  }

  private static func makeDirectory(in store: Store) throws -> (BytePath, FileLock) {
    let name = "\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let directory = store.sessions.appending(name)
    // Other processes ignore the directory while it has this temporary name; when it gets its real name, it is locked.
    let unborn = store.sessions.appending(".\(name)")
    try FileTree.makeDirectories(unborn, mode: 0o700)
    let owner = try own(unborn)
    do { try store.files.rename(unborn, to: directory) } catch {
      try? FileTree.remove(unborn)
      throw error
    }
    return (directory, owner)
  }

  private static func own(_ directory: BytePath) throws -> FileLock {
    guard let owner = try FileLock.acquire(directory.appending("owner"), .exclusive) else {
      throw StoreError.busy(directory)
    }
    return owner
  }

  deinit { end() }

  package var statistics: WriteStatistics { state.withLock { $0.statistics } }

  /// A path for a temporary file, which is removed with the session.
  package func temporaryPath(_ name: String) -> BytePath { directory.appending(name) }

  /// Stores the bytes as one chunk, unless the store has it already.
  package func write(_ bytes: UnsafeRawBufferPointer, with encoder: ChunkEncoder) throws -> ChunkID {
    let id = encoder.identify(bytes)
    let isNew = state.withLock { state in
      state.statistics.bytesRead += bytes.count
      state.statistics.chunks += 1
      return state.staged.insert(id).inserted
    }
    if !isNew || keepsNothing { return id }
    do {
      try announce(id)
      if try has(id, byteCount: bytes.count) { return id }
      let byteCount = try stage(encoder.compress(bytes), as: id)
      state.withLock {
        $0.statistics.bytesStored += byteCount
        $0.statistics.newChunks += 1
      }
      return id
    } catch {
      state.withLock { _ = $0.staged.remove(id) }
      throw error
    }
  }

  /// - Returns: the bytes that were written.
  private func stage(_ frame: UnsafeRawBufferPointer, as id: ChunkID) throws -> Int {
    let path = directory.appending(id.description)
    do {
      let file = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try store.files.write(frame, to: file)
      store.files.startWriteback(of: file)
      return frame.count
    } catch {
      // An incomplete chunk must never get its name.
      try FileTree.remove(path)
      throw error
    }
  }

  private func announce(_ id: ChunkID) throws {
    guard let needs else { return }
    // It begins a line, too: the one before may be cut off, by a disk that was full then.
    try store.files.write(Array("\n\(id)\n".utf8), to: needs)
  }

  /// What sessions at work have announced that they need. Those of killed ones count as long as they are there.
  package static func announced(in store: Store) throws -> Set<ChunkID> {
    var ids: Set<ChunkID> = []
    for name in try FileTree.list(store.sessions) {
      let file = store.sessions.appending(name).appending(needs)
      let bytes = try FileTree.readIfThere(file, limit: 1 << 30, flags: O_NOFOLLOW) ?? []
      // One that is half written belongs to a session that has not looked for the chunk yet.
      ids.formUnion(bytes.split(separator: 0x0A).compactMap { ChunkID(String(decoding: $0, as: UTF8.self)) })
    }
    return ids
  }

  /// Keeps a chunk that is stored, or lies in the trash, from being collected until the session ends.
  /// - Returns: false if it is neither.
  package func hold(_ id: ChunkID) throws -> Bool {
    try announce(id)
    return try isStored(id)
  }

  /// Also if it lay in the trash: then it is taken back.
  private func isStored(_ id: ChunkID) throws -> Bool {
    if store.contains(id) { return true }
    guard try Trash(store).takeBack(id) else { return false }
    state.withLock { _ = $0.takenBack.insert(id) }
    return true
  }

  /// Whether the store has the chunk undamaged. A damaged one is written again, and so is one that a collection is moving.
  private func has(_ id: ChunkID, byteCount: Int) throws -> Bool {
    guard try isStored(id) else { return false }
    if checksExisting { return (try? ChunkReader(store).withChunk(id) { $0.count }) == byteCount }
    guard let frame = try Store.bytesIfThere(store.path(of: id)) else { return false }
    return SealedFrame.isWhole(frame, contentByteCount: byteCount)
  }

  package func write(_ bytes: [UInt8], with encoder: ChunkEncoder) throws -> ChunkID {
    try bytes.withUnsafeBytes { try write($0, with: encoder) }
  }

  /// Makes every chunk written so far durable and visible. The session goes on protecting what it needs until it ends.
  package func commit() throws {
    try Trash(store).flush(state.withLock { $0.takenBack })
    let names = try FileTree.list(directory).filter { $0.bytes.count == 2 * SHA256.byteCount }
    if !names.isEmpty {
      try store.files.flush(names.map { directory.appending($0) }, inFileSystemOf: directory)
      // The directories that get new names are flushed, too.
      var changed: Set<BytePath> = [store.chunks]
      for name in names {
        let fan = store.chunks.appending(BytePath(name.bytes.prefix(2)))
        try FileTree.makeDirectories(fan, mode: 0o700)
        try store.files.rename(directory.appending(name), to: fan.appending(name))
        changed.insert(fan)
      }
      try store.files.flush(changed, inFileSystemOf: directory)
    }
  }

  /// Ends the session and removes what was not committed.
  package func end() {
    let wasOpen = state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen
    }
    if wasOpen { try? FileTree.remove(directory) }
  }

  /// - Returns: the process that made a session's directory; nil if the name is not a session's.
  private static func maker(of name: BytePath, isUnborn: Bool) -> pid_t? {
    let parts = (name.exactText ?? "").dropFirst(isUnborn ? 1 : 0).split(separator: "-")
    guard parts.count == 2, UInt64(parts[1]) != nil else { return nil }
    return pid_t(parts[0])
  }

  /// Removes what killed sessions left behind.
  /// - Returns: its bytes.
  @discardableResult
  package static func removeAbandoned(in store: Store) throws -> Int {
    let before = try Store.byteCount(below: store.sessions)
    // Another process may be removing the same ones.
    for directory in try abandoned(in: store) { try? FileTree.remove(directory) }
    return try max(0, before - Store.byteCount(below: store.sessions))
  }

  /// The directories of sessions whose processes were killed. A live session holds the lock on its directory's `owner`.
  package static func abandoned(in store: Store) throws -> [BytePath] {
    try FileTree.list(store.sessions).filter { name in
      let isUnborn = name.bytes.first == UInt8(ascii: ".")
      let owner = store.sessions.appending(name).appending("owner")
      if !isUnborn && FileTree.exists(owner) { return try FileLock.isFree(owner) }
      // Not locked yet, or partly removed. It is abandoned if the process that made it is dead.
      return maker(of: name, isUnborn: isUnborn).map(ProcessMark.isDead) ?? false
    }.map(store.sessions.appending)
  }
}
