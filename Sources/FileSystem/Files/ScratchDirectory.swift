// A place for temporary files if the directory where they belong is read-only.

import Glibc

package enum ScratchDirectory {
  /// Makes a directory below `TMPDIR` that only the user can enter.
  package static func make(_ prefix: String) throws -> BytePath {
    let configured = getenv("TMPDIR").map { BytePath(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    let parent = configured.flatMap { $0.isAbsolute ? $0 : nil } ?? "/tmp"
    let path = parent.appending("\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))")
    // This fails if the name exists already, even as a link.
    if path.withCString({ mkdir($0, 0o700) }) != 0 {
      throw SystemError(operation: "make the directory", path: path)
    }
    return path
  }
}
