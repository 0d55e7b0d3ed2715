// Examines, lists, makes and removes files and directories. Links are not followed, unless a function says so.

import Glibc

package enum FileTree {
  /// `lstat(2)`; nil if nothing is there.
  package static func status(_ path: BytePath) throws(SystemError) -> FileStatus? {
    var raw = stat()
    do {
      try path.withCString { name throws(SystemError) in
        _ = try check("examine", path) { lstat(name, &raw) }
      }
    } catch {
      if error.isMissing { return nil }
      throw error
    }
    return FileStatus(raw)
  }

  /// The number of bytes before the first zero byte; nil if there is none.
  package static func nameLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress, let end = memchr(base, 0, bytes.count) else { return nil }
    return UnsafeRawPointer(end) - UnsafeRawPointer(base)
  }

  package static func exists(_ path: BytePath) -> Bool {
    path.withCString { access($0, F_OK) } == 0
  }

  /// Whether the effective user and group of this process may read it.
  package static func isReadable(_ path: BytePath) -> Bool {
    path.withCString { faccessat(AT_FDCWD, $0, R_OK, AT_EACCESS) } == 0
  }

  /// The error code if this process may not write to a file; nil if it may.
  package static func writeError(_ path: BytePath) -> Int32? {
    path.withCString { faccessat(AT_FDCWD, $0, W_OK, AT_EACCESS) == 0 ? nil : errno }
  }

  /// Reads a regular file of bounded size. Under its name there can be a pipe that no process writes to, or an endless
  /// device, so it is opened without waiting and examined before it is read.
  /// - Parameters:
  ///   - limit: in bytes.
  ///   - flags: more flags for `open(2)`.
  /// - Throws: EFBIG for a longer file, EISDIR for a directory, EINVAL for anything else that is not a regular file.
  package static func readAll(
    _ path: BytePath, limit: Int = 64 << 20, flags: Int32 = 0
  ) throws(SystemError) -> [UInt8] {
    let file = try openRegular(path, flags: flags)
    return try readOn(file, expecting: file.status().byteCount, limit: limit)
  }

  /// Opens a regular file for reading.
  /// - Throws: as `readAll` does if it is not a regular file.
  package static func openRegular(_ path: BytePath, flags: Int32 = 0) throws(SystemError) -> OpenFile {
    let file = try OpenFile.open(path, flags: O_RDONLY | O_NONBLOCK | flags)
    let kind = try file.status().kind
    if kind == .directory { throw SystemError(code: EISDIR, operation: "read", path: path) }
    guard kind == .regular else {
      throw SystemError(code: EINVAL, operation: "read", path: path, words: "it is not a regular file")
    }
    return file
  }

  /// Reads standard input: a pipe or a file that git, or another process of ours, opened for us.
  package static func readInput(limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    try readOn(OpenFile.open("/dev/stdin", flags: O_RDONLY), expecting: 0, limit: limit)
  }

  private static func readOn(_ file: OpenFile, expecting expected: Int, limit: Int) throws(SystemError)
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(expected, limit))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while bytes.count <= limit {
      let count = try file.read(into: buffer)
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
    throw SystemError(
      code: EFBIG, operation: "read", path: file.path, words: "it is longer than \(limit) bytes")
  }

  /// As `readAll`, but nil if nothing is there.
  package static func readIfThere(
    _ path: BytePath, limit: Int = 64 << 20, flags: Int32 = 0
  ) throws(SystemError) -> [UInt8]? {
    do { return try readAll(path, limit: limit, flags: flags) } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  /// As `readAll`, for files that are optional: nil if it cannot be read.
  package static func readIfRegular(_ path: BytePath, limit: Int = 64 << 20) -> [UInt8]? {
    try? readAll(path, limit: limit)
  }

  package static func readLink(_ path: BytePath) throws(SystemError) -> BytePath {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
    let capacity = buffer.count
    let count = try path.withCString { name throws(SystemError) in
      try check("read the link", path) {
        buffer.withUnsafeMutableBytes {
          readlink(name, $0.assumingMemoryBound(to: CChar.self).baseAddress.unsafelyUnwrapped, capacity)
        }
      }
    }
    return BytePath(buffer[..<count])
  }

  /// Names in a directory, without "." and "..", in byte order.
  package static func list(
    _ directory: BytePath, followsLink: Bool = true
  ) throws(SystemError) -> [BytePath] {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW)
    let descriptor = directory.withCString { Glibc.open($0, flags) }
    guard descriptor >= 0, let stream = fdopendir(descriptor) else {
      let error = SystemError(operation: "list", path: directory)
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
    defer { closedir(stream) }
    var names: [BytePath] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError(operation: "list", path: directory) }
        return names.sorted()
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { BytePath($0.prefix { $0 != 0 }) }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  /// Makes the directory and what is missing above it.
  package static func makeDirectories(_ path: BytePath, mode: mode_t) throws(SystemError) {
    if let status = try status(path), status.kind == .directory { return }
    if let parent = path.parent, !FileTree.exists(parent) { try makeDirectories(parent, mode: mode) }
    do {
      try path.withCString { name throws(SystemError) in
        _ = try check("make the directory", path) { mkdir(name, mode) }
      }
    } catch {
      // Fine if another process has just made it. A file of this name is an error.
      guard error.code == EEXIST, try status(path)?.kind == .directory else { throw error }
    }
  }

  /// Removes a file, a link or a whole directory. If nothing is there, that is not an error.
  package static func remove(_ path: BytePath) throws(SystemError) {
    guard let status = try status(path) else { return }
    if status.kind == .directory {
      if path.components.isEmpty {
        throw SystemError(code: EINVAL, operation: "remove", path: path, words: "it is the root directory")
      }
      for name in try list(path, followsLink: false) { try remove(path.appending(name)) }
      try path.withCString { name throws(SystemError) in
        _ = try check("remove the directory", path) { rmdir(name) }
      }
    } else {
      try path.withCString { name throws(SystemError) in
        _ = try check("remove", path) { unlink(name) }
      }
    }
  }

  /// Removes the directory and the directories in it, if there is nothing else in them.
  package static func removeEmptyDirectories(_ path: BytePath) throws(SystemError) {
    for name in try list(path) {
      guard try status(path.appending(name))?.kind == .directory else {
        throw SystemError(code: ENOTEMPTY, operation: "remove the directory", path: path)
      }
      try removeEmptyDirectories(path.appending(name))
    }
    try remove(path)
  }

  /// Removes the directory if it is empty; false if it is not, or does not exist.
  package static func removeIfEmpty(_ directory: BytePath) -> Bool {
    directory.withCString { rmdir($0) } == 0
  }

  package static func setPermissions(_ path: BytePath, _ permissions: UInt32) throws(SystemError) {
    try path.withCString { name throws(SystemError) in
      _ = try check("set the mode of", path) { chmod(name, permissions) }
    }
  }

  /// Sets when a file was last changed and read.
  package static func setTimes(_ path: BytePath, secondsSinceEpoch: Int) throws(SystemError) {
    let times = [timespec](repeating: timespec(tv_sec: secondsSinceEpoch, tv_nsec: 0), count: 2)
    try path.withCString { name throws(SystemError) in
      _ = try check("set the time of", path) { utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW) }
    }
  }

  package static func makeLink(_ path: BytePath, to target: BytePath) throws(SystemError) {
    try path.withCString { name throws(SystemError) -> Void in
      try target.withExactCString { target throws(SystemError) -> Void in
        try check("make the link", path) { symlink(target, name) }
      }
    }
  }

  /// Makes a second name for a file. For a symbolic link, that is a second name for the link, not for its target.
  package static func makeHardLink(_ path: BytePath, to file: BytePath) throws(SystemError) {
    try path.withCString { name throws(SystemError) -> Void in
      try file.withCString { file throws(SystemError) -> Void in
        try check("make the hard link", path) { link(file, name) }
      }
    }
  }

  /// `realpath(3)`: absolute, without links.
  package static func canonical(_ path: BytePath) throws(SystemError) -> BytePath {
    guard let resolved = path.withCString({ realpath($0, nil) }) else {
      throw SystemError(operation: "resolve", path: path)
    }
    defer { free(resolved) }
    return BytePath(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
  }

  package static func currentDirectory() throws(SystemError) -> BytePath { try canonical(".") }

  /// The free bytes of the file system of `path` that are available to ordinary users.
  package static func freeBytes(at path: BytePath) throws(SystemError) -> Int {
    let raw = try fileSystem(of: path)
    return Int(raw.f_bavail) * Int(raw.f_frsize)
  }

  /// The size in bytes of the file system of `path`.
  package static func diskBytes(at path: BytePath) throws(SystemError) -> Int {
    let raw = try fileSystem(of: path)
    return Int(raw.f_blocks) * Int(raw.f_frsize)
  }

  private static func fileSystem(of path: BytePath) throws(SystemError) -> statvfs {
    var raw = statvfs()
    try path.withCString { name throws(SystemError) in
      _ = try check("examine the file system of", path) { statvfs(name, &raw) }
    }
    return raw
  }
}
