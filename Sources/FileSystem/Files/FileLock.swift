// An advisory lock on a file (flock), which the kernel releases when its holder dies, however it dies.

import Glibc

package final class FileLock: Sendable {
  package enum Mode: Sendable { case shared, exclusive }

  /// nil if the lock file does not exist and cannot be made because the place is read-only.
  private let file: OpenFile?

  private init(_ file: OpenFile?) { self.file = file }

  // Unlocked explicitly: a child that another thread is just starting may still have a copy of the descriptor, and would
  // keep the lock.
  deinit { if let file { flock(file.descriptor, LOCK_UN) } }

  /// Takes the lock, waiting at most `seconds`; nil if other processes hold it longer.
  /// - Parameter isForReading: the caller only reads what the lock guards, so a read-only place is no obstacle.
  package static func acquire(
    _ path: BytePath, _ mode: Mode, waiting seconds: Double = 0, isForReading: Bool = false
  ) throws -> FileLock? {
    let deadline = MonotonicTime.now + seconds
    guard var file = try open(path, isForReading) else { return FileLock(nil) }
    while true {
      if flock(file.descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 {
        // If another process removed the file between opening and locking, this lock excludes no one else.
        if try FileTree.status(path)?.inode == file.status().inode { return FileLock(file) }
        guard let next = try open(path, isForReading) else { return FileLock(nil) }
        file = next
        continue
      }
      if errno != EWOULDBLOCK && errno != EINTR { throw SystemError(operation: "lock", path: path) }
      if MonotonicTime.now >= deadline { return nil }
      try Interruption.check()
      usleep(20_000)
    }
  }

  /// Whether no process holds the lock, found out without holding it, and without making its file.
  /// - Parameter ifMissing: the answer if there is no such file.
  package static func isFree(_ path: BytePath, ifMissing: Bool = false) throws -> Bool {
    let file: OpenFile
    do { file = try OpenFile.open(path, flags: O_RDONLY | O_NOFOLLOW) } catch {
      if error.isMissing { return ifMissing }
      throw error
    }
    // If it is free, this holds it until the file is closed: a process that asks for it in that moment without waiting is told
    // that it is held.
    if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno != EWOULDBLOCK { throw SystemError(operation: "lock", path: path) }
    return false
  }

  /// Opens the file for reading only if the place is read-only here. That is enough to lock it, and others may be able
  /// to write there. nil if it does not exist, or this user may not read it.
  private static func open(_ path: BytePath, _ isForReading: Bool) throws(SystemError) -> OpenFile? {
    do {
      return try OpenFile.open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    } catch {
      guard isForReading, error.isNotWritable else { throw error }
      do {
        return try OpenFile.open(path, flags: O_RDONLY | O_NOFOLLOW)
      } catch let other {
        // A user who may not enter the directory gets no further in any case.
        let isBarred = path.withCString { access($0, F_OK) } != 0 && errno == EACCES
        guard other.isMissing || other.code == EACCES, !isBarred else { throw error }
        return nil
      }
    }
  }
}
