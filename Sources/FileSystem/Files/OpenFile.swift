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

  /// Reads until the buffer is full or the file ends, and returns the number of bytes; 0 at the end.
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

  /// Reads once into an array and returns the number of bytes; 0 at the end.
  package func bytes(into buffer: inout [UInt8]) throws(SystemError) -> Int {
    let capacity = buffer.count
    return try check("read", path) { Glibc.read(descriptor, &buffer, capacity) }
  }

  /// The next read or write is `offset` bytes after the beginning.
  package func seek(to offset: Int) throws(SystemError) {
    try check("read", path) { lseek(descriptor, offset, SEEK_SET) < 0 ? -1 : 0 }
  }

  package func status() throws(SystemError) -> FileStatus {
    var raw = stat()
    try check("examine", path) { fstat(descriptor, &raw) }
    return FileStatus(raw)
  }

  /// Calls `body` with successive pieces of the file, whatever its size.
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
