// A place for temporary files if the directory where they belong is read-only.

import Glibc

package enum ScratchDirectory {
  /// Where the user wants temporary files: `TMPDIR`, if it is an absolute path.
  package static func parent(in environment: [String: String]) -> BytePath {
    let configured = environment["TMPDIR"].map { BytePath($0) }
    return configured.flatMap { $0.isAbsolute ? $0 : nil } ?? "/tmp"
  }

  /// Makes a directory in `parent` that only the user can enter.
  package static func make(_ prefix: String, in parent: BytePath) throws -> BytePath {
    let path = parent.appending("\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))")
    // This fails if the name exists already, even as a link.
    if path.withCString({ mkdir($0, 0o700) }) != 0 {
      throw SystemError(operation: "make the directory", path: path)
    }
    return path
  }
}
