// An advisory lock on a file (flock), which the kernel drops when its holder dies, however it dies.

import Glibc

package final class FileLock: Sendable {
  package enum Mode: Sendable { case shared, exclusive }

  /// nil if there is nothing to lock, and the place cannot be written to.
  private let file: OpenFile?

  private init(_ file: OpenFile?) { self.file = file }

  // Closing alone would leave the lock with a child that another thread is just starting.
  deinit { if let file { flock(file.descriptor, LOCK_UN) } }

  /// Takes the lock, waiting at most `seconds`; nil when others keep it longer.
  /// - Parameter isForReading: what it guards is only read, so a place that cannot be written to is no obstacle.
  package static func acquire(
    _ path: BytePath, _ mode: Mode, waiting seconds: Double = 0, isForReading: Bool = false
  ) throws -> FileLock? {
    let deadline = MonotonicTime.now + seconds
    guard var file = try open(path, isForReading) else { return FileLock(nil) }
    while true {
      if flock(file.descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 {
        // Somebody may have removed the file between opening and locking; then it locks nothing.
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

  /// Of a place that can only be read the file is opened for reading, which is enough to lock it: others may write by
  /// another way. nil if it is not there, or not for this user to read.
  private static func open(_ path: BytePath, _ isForReading: Bool) throws(SystemError) -> OpenFile? {
    do {
      return try OpenFile.open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    } catch {
      guard isForReading, error.isNotWritable else { throw error }
      do {
        return try OpenFile.open(path, flags: O_RDONLY | O_NOFOLLOW)
      } catch let other {
        // Whoever may not enter the directory gets no further in any case.
        let isBarred = path.withCString { access($0, F_OK) } != 0 && errno == EACCES
        guard other.isMissing || other.code == EACCES, !isBarred else { throw error }
        return nil
      }
    }
  }
}
