// The seam for system calls that change the disk, so that tests can make any of them fail. Everything that must survive
// a full disk or a crash is written through this protocol.

import CLinux
import Glibc

package protocol FileOperations: Sendable {
  func open(_ path: BytePath, flags: Int32, mode: mode_t) throws(SystemError) -> OpenFile
  func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(SystemError)
  func sync(_ file: OpenFile) throws(SystemError)
  /// Flushes the whole file system that holds `file`, data and directories (`syncfs`).
  func syncFileSystem(of file: OpenFile) throws(SystemError)
  func rename(_ old: BytePath, to new: BytePath) throws(SystemError)
  func rename(_ old: BytePath, to name: BytePath, in directory: OpenFile) throws(SystemError)
  /// Moves a file from one directory to another, under the same name.
  func move(_ name: BytePath, from old: OpenFile, to new: OpenFile) throws(SystemError)
  /// Asks the kernel to begin writing the file to disk, so that a later flush has little left to do.
  func startWriteback(of file: OpenFile)
}

package struct SystemFileOperations: FileOperations {
  package init() {}

  package func open(_ path: BytePath, flags: Int32, mode: mode_t) throws(SystemError) -> OpenFile {
    try OpenFile.open(path, flags: flags, mode: mode)
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = try check("write", file.path) {
        Glibc.write(file.descriptor, rest.baseAddress, rest.count)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  package func sync(_ file: OpenFile) throws(SystemError) {
    try check("flush", file.path) { fsync(file.descriptor) }
  }

  package func syncFileSystem(of file: OpenFile) throws(SystemError) {
    try check("flush the file system of", file.path) { syncfs(file.descriptor) }
  }

  package func startWriteback(of file: OpenFile) {
    // Only a hint: if it is not supported, the flush does all the work.
    sync_file_range(file.descriptor, 0, 0, shim_sync_file_range_write)
  }

  package func rename(_ old: BytePath, to new: BytePath) throws(SystemError) {
    let code = old.withCString { from in new.withCString { to in Glibc.rename(from, to) == 0 ? 0 : errno } }
    if code != 0 { throw SystemError(code: code, operation: "rename \(old) to", path: new) }
  }

  package func rename(_ old: BytePath, to name: BytePath, in directory: OpenFile) throws(SystemError) {
    let code = old.withCString { from in
      name.withCString { renameat(AT_FDCWD, from, directory.descriptor, $0) == 0 ? 0 : errno }
    }
    if code != 0 {
      throw SystemError(code: code, operation: "rename \(old) to", path: directory.path.appending(name))
    }
  }

  package func move(_ name: BytePath, from old: OpenFile, to new: OpenFile) throws(SystemError) {
    let code = name.withCString { renameat(old.descriptor, $0, new.descriptor, $0) == 0 ? 0 : errno }
    if code != 0 {
      throw SystemError(code: code, operation: "move \(old.path.appending(name)) to", path: new.path)
    }
  }
}

extension FileOperations {
  package func write(_ bytes: [UInt8], to file: OpenFile) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
      try write(UnsafeRawBufferPointer(bytes), to: file)
    }
  }

  /// Makes files, or the names in directories, durable: one by one if they are few, otherwise by flushing the whole file
  /// system, which also waits for what other programs have written.
  /// - Parameter directory: on the file system that holds all of them.
  package func flush(
    _ paths: some Collection<BytePath>, inFileSystemOf directory: BytePath
  ) throws(SystemError) {
    if paths.count > 8 {
      return try syncFileSystem(of: open(directory, flags: O_RDONLY | O_DIRECTORY, mode: 0))
    }
    for path in paths { try sync(open(path, flags: O_RDONLY, mode: 0)) }
  }

  /// Replaces `path` by a file with these bytes. A crash leaves either the old file or the new one, complete and on the
  /// disk.
  package func replaceFile(_ path: BytePath, with bytes: [UInt8], mode: mode_t = 0o600) throws(SystemError) {
    let temporary = ReplacedFile.temporaryPath(for: path)
    do {
      let file = try open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
      try write(bytes, to: file)
      try sync(file)
      try rename(temporary, to: path)
      try sync(open(path.parent ?? ".", flags: O_RDONLY | O_DIRECTORY, mode: 0))
    } catch {
      try? FileTree.remove(temporary)
      throw error
    }
  }
}
