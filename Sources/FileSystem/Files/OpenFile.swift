// An open file descriptor that closes itself. Children never inherit it (O_CLOEXEC).

import Glibc

package final class OpenFile: Sendable {
  package let descriptor: Int32
  package let path: BytePath

  package init(adopting descriptor: Int32, path: BytePath) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// `open(2)`.
  package static func open(_ path: BytePath, flags: Int32, mode: mode_t = 0) throws(SystemError) -> OpenFile {
    let descriptor = try path.withCString { name throws(SystemError) in
      try check("open", path) { Glibc.open(name, flags | O_CLOEXEC, mode) }
    }
    return OpenFile(adopting: descriptor, path: path)
  }

  /// Fills the buffer as far as the file goes and returns the count; 0 at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    var count = 0
    while count < buffer.count {
      let got = try check("read", path) {
        Glibc.read(descriptor, buffer.baseAddress.unsafelyUnwrapped + count, buffer.count - count)
      }
      if got == 0 { break }
      count += got
    }
    return count
  }

  /// Reads on into an array and returns the count; 0 at the end.
  package func bytes(into buffer: inout [UInt8]) throws(SystemError) -> Int {
    let capacity = buffer.count
    return try check("read", path) { Glibc.read(descriptor, &buffer, capacity) }
  }

  package func status() throws(SystemError) -> FileStatus {
    var raw = stat()
    try check("examine", path) { fstat(descriptor, &raw) }
    return FileStatus(raw)
  }

  /// Calls `body` with successive pieces of the file, so that its size does not matter.
  package func forEachPiece(
    of size: Int = 1 << 18, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

package struct FileStatus: Sendable, Equatable {
  package enum Kind: Sendable { case regular, directory, symbolicLink, other }

  package var kind: Kind
  /// Permission bits, 0o7777 at most.
  package var permissions: UInt32
  package var owner: uid_t
  package var group: gid_t
  package var byteCount: Int
  package var device: UInt64
  package var inode: UInt64
  package var modified: timespec
  package var changed: timespec

  init(_ raw: stat) {
    kind = Self.kind(ofMode: raw.st_mode)
    permissions = UInt32(raw.st_mode & 0o7777)
    owner = raw.st_uid
    group = raw.st_gid
    byteCount = Int(raw.st_size)
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    modified = raw.st_mtim
    changed = raw.st_ctim
  }

  static func kind(ofMode mode: mode_t) -> Kind {
    switch mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    default: .other
    }
  }

  /// When contents, name or mode last changed (`st_ctim`).
  package var changedAt: Timestamp {
    Timestamp(millisecondsSinceEpoch: Int(changed.tv_sec) * 1000 + Int(changed.tv_nsec) / 1_000_000)
  }

  package var isExecutable: Bool { permissions & 0o100 != 0 }

  package static func == (left: FileStatus, right: FileStatus) -> Bool {
    left.kind == right.kind && left.permissions == right.permissions && left.byteCount == right.byteCount
      && left.device == right.device && left.inode == right.inode
      && left.modified.tv_sec == right.modified.tv_sec && left.modified.tv_nsec == right.modified.tv_nsec
      && left.changed.tv_sec == right.changed.tv_sec && left.changed.tv_nsec == right.changed.tv_nsec
  }
}
