// Shows whether a file is still the one that was read: every change gives it another inode or another time (`st_ctim`).

import FileSystem
import Glibc

struct FileIdentity: Equatable {
  var byteCount: Int
  var inode: Int
  /// Nanoseconds since 1970.
  var modified: Int
  var changed: Int

  init(byteCount: Int, inode: Int, modified: Int, changed: Int) {
    (self.byteCount, self.inode, self.modified, self.changed) = (byteCount, inode, modified, changed)
  }

  init(_ status: FileStatus) {
    byteCount = status.byteCount
    inode = Int(truncatingIfNeeded: status.inode)
    modified = Self.nanoseconds(status.modified)
    changed = Self.nanoseconds(status.changed)
  }

  /// For a link, which does not show changes: it is never settled, so it is never recorded.
  static let unknown = FileIdentity(byteCount: 0, inode: 0, modified: 0, changed: 1 << 62)

  /// Whether every later change will show. The clock that gives files their times advances in steps of some milliseconds,
  /// and some file systems keep times only to one or two seconds.
  func isSettled(at now: timespec) -> Bool {
    let margin = changed % 1_000_000_000 == 0 ? 2_000_000_000 : 0
    return changed + margin < Self.nanoseconds(now)
  }

  static func now() -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &now)
    return now
  }

  private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
}
