// A place for temporary files, if the directory where they belong cannot be written to.

import Glibc

package enum ScratchDirectory {
  /// Makes a directory that only the user can enter, below `TMPDIR`.
  package static func make(_ prefix: String) throws -> BytePath {
    let configured = getenv("TMPDIR").map { BytePath(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    let parent = configured.flatMap { $0.isAbsolute ? $0 : nil } ?? "/tmp"
    let path = parent.appending("\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))")
    // It fails if the name is there already, be it as a link.
    if path.withCString({ mkdir($0, 0o700) }) != 0 {
      throw SystemError(operation: "make the directory", path: path)
    }
    return path
  }
}
