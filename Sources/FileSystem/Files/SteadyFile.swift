// Reads files that other programs may be writing to: the result is one state of the file, or an error.

import Glibc

package enum SteadyFile {
  package enum Contents {
    case file(OpenFile)
    case link(BytePath)
  }

  /// Calls `body` with a file's or link's contents, and again if it changed in the meantime.
  /// - Parameter name: the file's name in errors.
  /// - Returns: nil if there is neither a file nor a link.
  /// - Throws: `FileChanged` if it keeps changing.
  package static func read<Result>(
    _ path: BytePath, named name: BytePath, _ body: (Contents, FileStatus) throws -> Result
  ) throws -> Result? {
    for _ in 0..<5 {
      do {
        guard let before = try settledStatus(path) else { return nil }
        let result: Result
        switch before.kind {
        case .directory, .other: return nil
        case .symbolicLink: result = try body(.link(FileTree.readLink(path)), before)
        case .regular:
          let file = try OpenFile.open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
          result = try body(.file(file), before)
          if try file.status() != before { continue }
        }
        if try FileTree.status(path) == before { return result }
      } catch let error as SystemError where [ENOENT, ENOTDIR, ELOOP, EISDIR, EINVAL].contains(error.code) {
        // It disappeared, or became something else, between two system calls.
      } catch is FileChanged {}
    }
    throw FileChanged(path: name)
  }

  /// Before kernel 6.13, and on some file systems since, times come from a clock that advances only every few
  /// milliseconds: two changes in between leave the same time. So reading begins only after that clock has advanced since
  /// the last change; then every later change shows.
  private static func settledStatus(_ path: BytePath) throws(SystemError) -> FileStatus? {
    let start = MonotonicTime.now
    while true {
      guard let status = try FileTree.status(path) else { return nil }
      // Some file systems store times only to the second, or to two seconds.
      let isCoarse = status.changed.tv_nsec == 0
      if status.kind != .regular || isBeforeNow(status.changed, bySeconds: isCoarse ? 2 : 0)
        || MonotonicTime.now - start > (isCoarse ? 2.5 : 0.05)
      {
        return status
      }
      usleep(1000)
    }
  }

  private static func isBeforeNow(_ time: timespec, bySeconds margin: Int) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &now)
    return (time.tv_sec + margin, time.tv_nsec) < (now.tv_sec, now.tv_nsec)
  }
}
