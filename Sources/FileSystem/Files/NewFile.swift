// Files and directories that appear under their name only once they are whole and on the disk. Until then they stand
// beside it under a temporary one. Whoever makes one calls `discard` in the end, which removes what was not published.

import Glibc

/// A file, or a directory with what is put into it.
package final class NewFile {
  package let path: BytePath
  /// Where it is being made.
  package let temporary: BytePath
  private let files: any FileOperations
  private let replaces: Bool
  private let isReplaceable: ([BytePath]) -> Bool
  private var isPublished = false

  /// - Parameters:
  ///   - replaces: a file that has the name already gives way, once the new one is whole.
  ///   - isReplaceable: tells of the names in a directory whether it may give way, too.
  /// - Throws: `OutputProblem`.
  package init(
    _ path: BytePath, replaces: Bool, files: any FileOperations = SystemFileOperations(),
    isReplaceable: @escaping ([BytePath]) -> Bool = { _ in false }
  ) throws {
    self.isReplaceable = isReplaceable
    let parent = path.parent ?? "."
    if !FileTree.exists(parent) { throw OutputProblem.noDirectory(parent) }
    (self.path, self.files, self.replaces) = (path, files, replaces)
    temporary = ReplacedFile.temporaryPath(for: path)
    try requireFree()
  }

  /// Nothing but files and directories of the same kind ever gives way: not a device, not somebody's home.
  private func requireFree() throws {
    guard let present = try FileTree.status(path) else { return }
    guard replaces else { throw OutputProblem.exists(path) }
    let mayGo =
      switch present.kind {
      case .regular, .symbolicLink: true
      case .directory: isReplaceable(try FileTree.list(path))
      case .other: false
      }
    if !mayGo { throw OutputProblem.occupied(path) }
  }

  deinit { discard() }

  /// Removes it, unless it has its name.
  package func discard() { if !isPublished { try? FileTree.remove(temporary) } }

  /// Makes it a file.
  /// - Parameter mode: less the user's umask.
  package func makeFile(mode: mode_t = 0o600) throws -> OpenFile {
    try files.open(temporary, flags: O_RDWR | O_CREAT | O_EXCL, mode: mode)
  }

  /// Makes it a directory.
  package func makeDirectory(mode: mode_t = 0o700) throws {
    try FileTree.makeDirectories(temporary, mode: mode)
  }

  /// A file inside the directory.
  package func makeFile(_ name: BytePath, mode: mode_t = 0o600) throws -> OpenFile {
    try files.open(temporary.appending(name), flags: O_RDWR | O_CREAT | O_EXCL, mode: mode)
  }

  /// Flushes it and gives it its name.
  package func publish() throws {
    let isDirectory = try FileTree.status(temporary)?.kind == .directory
    let handle = try files.open(
      temporary, flags: isDirectory ? O_RDONLY | O_DIRECTORY : O_RDONLY, mode: 0)
    // Files in a directory are many: one flush for all of them.
    if isDirectory { try files.syncFileSystem(of: handle) } else { try files.sync(handle) }
    // Somebody else may have made one meanwhile.
    try requireFree()
    if let present = try FileTree.status(path) {
      try replace(present.kind == .directory || isDirectory)
    } else {
      try files.rename(temporary, to: path)
    }
    isPublished = true
    try files.sync(files.open(path.parent ?? ".", flags: O_RDONLY | O_DIRECTORY, mode: 0))
  }

  private func replace(_ isDirectory: Bool) throws {
    guard isDirectory else { return try files.rename(temporary, to: path) }
    // A directory cannot be renamed over another one.
    let old = ReplacedFile.temporaryPath(for: path)
    try files.rename(path, to: old)
    do { try files.rename(temporary, to: path) } catch {
      try? files.rename(old, to: path)
      throw error
    }
    try FileTree.remove(old)
  }
}

extension OpenFile {
  /// This process's standard output, for as many bytes as there are.
  package static func standardOutput() throws(SystemError) -> OpenFile {
    let descriptor = try check("use standard output") { fcntl(1, F_DUPFD_CLOEXEC, 3) }
    return OpenFile(adopting: descriptor, path: "standard output")
  }
}
