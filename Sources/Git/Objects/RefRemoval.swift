// Removes refs as files. Git and libgit2 make a lock file for each ref, which takes longer than all the rest of deleting thousands of
// checkpoints. The refs removed here are our own: no other process changes them, so it is enough that none brings them back.
//
// Their loose files go first, without a lock: `git pack-refs` reads them while it holds packed-refs.lock, so one that begins later finds
// none, and the result of one that began earlier is waited for. In between, readers may see the value in packed-refs: it is the same, as
// ours never change. Then their lines are left out of packed-refs. The new file is written and flushed beforehand; it gets the second name
// packed-refs.lock, which is git's lock, only for the moment in which it becomes packed-refs. A process that is killed in that moment
// leaves a lock that is the same file as packed-refs, or as one that was to become it: no lock of git's ever is.

import FileSystem
import Glibc

struct RefRemoval {
  /// Seconds to wait for a process that holds packed-refs.lock: git's own default (core.packedRefsTimeout).
  private static let patience: Double = 1
  /// Bytes of packed-refs, which is read as a whole.
  private static let limit = 1 << 30

  private let common: BytePath
  private let files: any FileOperations

  private var packed: BytePath { common.appending("packed-refs") }
  private var lock: BytePath { common.appending("packed-refs.lock") }

  /// - Parameter common: the directory that all working trees of a repository share.
  init(common: BytePath, files: any FileOperations) { (self.common, self.files) = (common, files) }

  /// Those that do not exist are no error.
  /// - Returns: false if git has to do it: packed-refs is a link, or the file system has no hard links.
  /// - Throws: `GitLocked`.
  func remove(_ refs: [String]) throws -> Bool {
    let status = try FileTree.status(packed)
    guard status == nil || status?.kind == .regular else { return false }
    var directories: Set<BytePath> = []
    for ref in refs {
      // Logs exist only with core.logAllRefUpdates = always.
      for file in [common.appending(BytePath(ref)), common.appending("logs").appending(BytePath(ref))] {
        if try removeFile(file), let parent = file.parent { directories.insert(parent) }
      }
    }
    for directory in directories { _ = FileTree.removeIfEmpty(directory) }
    return try removePacked(Set(refs.map { BytePath($0) }))
  }

  /// - Returns: whether it was there.
  private func removeFile(_ file: BytePath) throws -> Bool {
    if file.withCString({ unlink($0) == 0 }) { return true }
    let error = SystemError(operation: "remove", path: file)
    if error.isMissing { return false }
    throw error
  }

  private func removePacked(_ refs: Set<BytePath>) throws -> Bool {
    var deadline = MonotonicTime.now + Self.patience
    while true {
      if !FileTree.exists(lock) {
        guard let status = try FileTree.status(packed),
          let rest = try Self.lines(of: FileTree.readAll(packed, limit: Self.limit), without: refs)
        else { return true }
        switch try replace(status, by: rest) {
        case .done: return true
        case .impossible: return false
        case .changed: continue
        case .locked: break
        }
      }
      if MonotonicTime.now > deadline {
        // Those that are alive hold it for less than a millisecond.
        guard try Self.ownLock(in: common) != nil else { throw GitLocked(path: lock) }
        try FileTree.remove(lock)
        deadline = MonotonicTime.now + Self.patience
      }
      try Interruption.check()
      usleep(10_000)
    }
  }

  private enum Replacement { case done, changed, locked, impossible }

  /// - Parameter seen: how packed-refs was when `bytes` were made from it.
  private func replace(_ seen: FileStatus, by bytes: [UInt8]) throws -> Replacement {
    let temporary = ReplacedFile.temporaryPath(for: packed)
    defer { try? FileTree.remove(temporary) }
    let file = try files.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try files.write(bytes, to: file)
    // Of another user, who must still be able to read it.
    if try FileOwner(file.status()) != FileOwner(seen) {
      do { try FileOwner(seen).own(temporary) } catch { return .impossible }
    }
    try FileTree.setPermissions(temporary, seen.permissions)
    try files.sync(file)
    do { try FileTree.makeHardLink(lock, to: temporary) } catch {
      if error.code == EEXIST { return .locked }
      if [EPERM, EOPNOTSUPP, ENOSYS].contains(error.code) { return .impossible }
      throw error
    }
    defer { try? removeLock(of: file) }
    guard try FileTree.status(packed) == seen else { return .changed }
    // By its own name: whatever happens to the lock, this file is what becomes packed-refs.
    try files.rename(temporary, to: packed)
    return .done
  }

  /// Only if it is still ours.
  private func removeLock(of file: OpenFile) throws {
    if try FileTree.status(lock)?.inode == file.status().inode { try FileTree.remove(lock) }
  }

  /// The lines of packed-refs without those of some refs; nil if it has none of them. A line that begins with `^` belongs to the one
  /// before it: the object that an annotated tag leads to.
  private static func lines(of bytes: [UInt8], without refs: Set<BytePath>) -> [UInt8]? {
    var rest: [UInt8] = []
    rest.reserveCapacity(bytes.count)
    var (start, isLeftOut) = (0, false)
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[start..<end]
      if line.first != 0x5E {
        isLeftOut =
          line.first != 0x23
          && line.firstIndex(of: 0x20).map { refs.contains(BytePath(line[($0 + 1)...])) } == true
      }
      if !isLeftOut { rest += bytes[start..<min(end + 1, bytes.count)] }
      start = end + 1
    }
    return rest.count == bytes.count ? nil : rest
  }

  // MARK: What is left of killed processes

  /// The lock, if it is one of ours; nil otherwise.
  private static func ownLock(in common: BytePath) throws -> FileStatus? {
    guard let lock = try FileTree.status(common.appending("packed-refs.lock")) else { return nil }
    let names = try FileTree.list(common).filter { name in
      name == "packed-refs"
        || (name.bytes.starts(with: "packed-refs.".utf8) && ReplacedFile.isTemporary(name))
    }
    let isOurs = try names.contains { name in
      guard let file = try FileTree.status(common.appending(name)) else { return false }
      return (file.device, file.inode) == (lock.device, lock.inode)
    }
    return isOurs ? lock : nil
  }

  /// Milliseconds after which a lock of ours belongs to no process any more.
  private static let longest = 10_000

  static func removeAbandoned(in common: BytePath, at now: Timestamp = SystemClock().now()) throws {
    if let lock = try ownLock(in: common),
      now.millisecondsSinceEpoch - lock.changedAt.millisecondsSinceEpoch > longest
    {
      try FileTree.remove(common.appending("packed-refs.lock"))
    }
    for name in try FileTree.list(common)
    where name.bytes.starts(with: "packed-refs.".utf8) && ReplacedFile.isAbandoned(name) {
      try FileTree.remove(common.appending(name))
    }
  }
}
