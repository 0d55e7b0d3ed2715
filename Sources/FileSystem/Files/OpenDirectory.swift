// A directory held open, to list it and to examine files in it: the kernel then walks one component instead of the whole
// path. A link in the last component is not followed.

import Glibc

package final class OpenDirectory {
  private let stream: OpaquePointer
  private let descriptor: Int32
  package let path: BytePath

  private init(adopting stream: OpaquePointer, path: BytePath) {
    self.stream = stream
    self.path = path
    descriptor = dirfd(stream)
  }

  deinit { closedir(stream) }

  /// - Parameters:
  ///   - path: below `root`; empty for `root` itself.
  ///   - root: a directory.
  package static func open(_ path: BytePath, in root: OpenFile) throws(SystemError) -> OpenDirectory {
    let name = path.isEmpty ? "." : path
    let descriptor = try name.withCString { name throws(SystemError) in
      try check("open", path) {
        openat(root.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
    }
    guard let stream = fdopendir(descriptor) else {
      let error = SystemError(operation: "list", path: path)
      close(descriptor)
      throw error
    }
    return OpenDirectory(adopting: stream, path: path)
  }

  package func status() throws(SystemError) -> FileStatus {
    var raw = stat()
    try check("examine", path) { fstat(descriptor, &raw) }
    return FileStatus(raw)
  }

  /// Throws if its files may not be reached, even if it may be listed.
  package func requireSearchable() throws(SystemError) {
    try check("look into", path) { faccessat(descriptor, ".", X_OK, AT_EACCESS) }
  }

  /// Calls `body` for everything in it but `.` and `..`, in no particular order.
  package func forEachEntry(
    _ body: (_ name: UnsafePointer<CChar>, _ kind: FileStatus.Kind) throws -> Void
  ) throws {
    rewinddir(stream)
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError(operation: "list", path: path) }
        return
      }
      let type = entry.pointee.d_type
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      if name[0] == CChar(bitPattern: UInt8(ascii: "."))
        && (name[1] == 0 || (name[1] == name[0] && name[2] == 0))
      {
        continue
      }
      // Some file systems do not say what kind of file it is.
      let known = Int(type) == Int(DT_UNKNOWN) ? status(name)?.kind : Self.kind(type)
      if let known { try body(name, known) }
    }
  }

  private static func kind(_ type: UInt8) -> FileStatus.Kind {
    switch Int(type) {
    case Int(DT_REG): .regular
    case Int(DT_DIR): .directory
    case Int(DT_LNK): .symbolicLink
    default: .other
    }
  }

  /// The status of a file in it; nil if nothing is there.
  package func status(_ name: UnsafePointer<CChar>) -> FileStatus? {
    var raw = stat()
    return fstatat(descriptor, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 ? FileStatus(raw) : nil
  }
}
