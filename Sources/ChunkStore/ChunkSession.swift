// Writes chunks. New chunks first get temporary names; `commit` flushes all of them at once, and only then gives them
// their names. A session that ends without `commit` leaves nothing. A killed one leaves a directory whose lock is free,
// which the next writer removes.

import Codecs
import FileSystem
import Glibc
import Synchronization

package final class ChunkSession: Sendable {
  private struct State {
    var staged: Set<ChunkID> = []
    var statistics = WriteStatistics()
    var isOpen = true
  }

  package let store: Store
  private let directory: BytePath
  private let owner: FileLock
  private let state = Mutex(State())
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

  deinit { abort() }

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
    if try !isNew || keepsNothing || has(id, byteCount: bytes.count) { return id }
    let frame = try encoder.compress(bytes)
    let path = directory.appending(id.description)
    do {
      let file = try store.files.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try store.files.write(frame, to: file)
      store.files.startWriteback(of: file)
    } catch {
      // An incomplete chunk must never get its name.
      try FileTree.remove(path)
      state.withLock { _ = $0.staged.remove(id) }
      throw error
    }
    state.withLock {
      $0.statistics.bytesStored += frame.count
      $0.statistics.newChunks += 1
    }
    return id
  }

  /// Whether the store has the chunk undamaged. A damaged one is written again.
  private func has(_ id: ChunkID, byteCount: Int) throws -> Bool {
    guard store.contains(id) else { return false }
    if checksExisting { return (try? ChunkReader(store).withChunk(id) { $0.count }) == byteCount }
    return try SealedFrame.isWhole(Store.bytes(of: store.path(of: id)), contentByteCount: byteCount)
  }

  package func write(_ bytes: [UInt8], with encoder: ChunkEncoder) throws -> ChunkID {
    try bytes.withUnsafeBytes { try write($0, with: encoder) }
  }

  /// Makes every chunk written so far durable and visible.
  package func commit() throws {
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
    abort()
  }

  /// Ends the session and removes what was not committed.
  package func abort() {
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
  package static func removeAbandoned(in store: Store) throws {
    for name in try FileTree.list(store.sessions) {
      let directory = store.sessions.appending(name)
      let isUnborn = name.bytes.first == UInt8(ascii: ".")
      if isUnborn || !FileTree.exists(directory.appending("owner")) {
        // Not locked yet, or partly removed. It is abandoned if the process that made it is dead.
        let maker = maker(of: name, isUnborn: isUnborn)
        if let maker, ProcessMark.isDead(maker) { try FileTree.remove(directory) }
        continue
      }
      guard let lock = try FileLock.acquire(directory.appending("owner"), .exclusive) else { continue }
      // The lock is held until the directory is gone.
      withExtendedLifetime(lock) { try? FileTree.remove(directory) }
    }
  }
}
