// An advisory lock on a file (flock), which the kernel drops when its holder dies, however it dies.

import Glibc

package final class FileLock: Sendable {
  package enum Mode: Sendable { case shared, exclusive }

  private let file: OpenFile

  private init(_ file: OpenFile) { self.file = file }

  // Closing alone would leave the lock with a child that another thread is just starting.
  deinit { flock(file.descriptor, LOCK_UN) }

  /// Takes the lock, waiting at most `seconds`; nil when others keep it longer.
  package static func acquire(
    _ path: BytePath, _ mode: Mode, waiting seconds: Double = 0
  ) throws -> FileLock? {
    let deadline = MonotonicTime.now + seconds
    var file = try OpenFile.open(path, flags: O_RDWR | O_CREAT, mode: 0o600)
    while true {
      if flock(file.descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 {
        // Somebody may have removed the file between opening and locking; then it locks nothing.
        if try FileTree.status(path)?.inode == file.status().inode { return FileLock(file) }
        file = try OpenFile.open(path, flags: O_RDWR | O_CREAT, mode: 0o600)
        continue
      }
      if errno != EWOULDBLOCK && errno != EINTR { throw SystemError(operation: "lock", path: path) }
      if MonotonicTime.now >= deadline { return nil }
      try Interruption.check()
      usleep(20_000)
    }
  }
}

package enum MonotonicTime {
  /// Seconds since some fixed moment; never steps back.
  package static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
