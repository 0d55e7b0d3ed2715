// Files and directories that get their name only when they are complete and on the disk. Until then they have a temporary
// name in the same directory. Callers end with `discard`, which removes what was not published.

import Glibc

/// A new file, or a new directory with its contents.
package final class NewFile {
  package let path: BytePath
  /// The path under which it is being made.
  package let temporary: BytePath
  private let files: any FileOperations
  private let replaces: Bool
  private let isReplaceable: ([BytePath]) -> Bool
  private var isPublished = false

  /// - Parameters:
  ///   - replaces: whether a file that already has the name is replaced, once the new one is complete.
  ///   - isReplaceable: says, given the names in a directory, whether it may be replaced, too.
  /// - Throws: `OutputProblem`.
  package init(
    _ path: BytePath, replaces: Bool, files: any FileOperations = SystemFileOperations(),
    isReplaceable: @escaping ([BytePath]) -> Bool = { _ in false }
  ) throws {
    self.isReplaceable = isReplaceable
    let parent = path.parent ?? "."
    if !FileTree.exists(parent) { throw OutputProblem.noDirectory(parent) }
    self.path = path
    self.files = files
    self.replaces = replaces
    temporary = ReplacedFile.temporaryPath(for: path)
    try requireFree()
  }

  /// Only files, links and replaceable directories are ever replaced: not a device, not a home directory.
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

  /// Removes it, unless it was published.
  package func discard() { if !isPublished { try? FileTree.remove(temporary) } }

  /// Makes the new file.
  /// - Parameter mode: before the umask.
  package func makeFile(mode: mode_t = 0o600) throws -> OpenFile {
    try files.open(temporary, flags: O_RDWR | O_CREAT | O_EXCL, mode: mode)
  }

  /// Makes the new directory.
  package func makeDirectory(mode: mode_t = 0o700) throws {
    try FileTree.makeDirectories(temporary, mode: mode)
  }

  /// Makes a file in the new directory.
  package func makeFile(_ name: BytePath, mode: mode_t = 0o600) throws -> OpenFile {
    try files.open(temporary.appending(name), flags: O_RDWR | O_CREAT | O_EXCL, mode: mode)
  }

  /// Flushes it to the disk and gives it its name.
  package func publish() throws {
    let isDirectory = try FileTree.status(temporary)?.kind == .directory
    let handle = try files.open(
      temporary, flags: isDirectory ? O_RDONLY | O_DIRECTORY : O_RDONLY, mode: 0)
    // A directory has many files, so one flush serves all of them.
    if isDirectory { try files.syncFileSystem(of: handle) } else { try files.sync(handle) }
    // Another process may have made one by now.
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
    // A directory cannot be renamed over one that is not empty.
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
  /// This process's standard output, for output of any size.
  package static func standardOutput() throws(SystemError) -> OpenFile {
    let descriptor = try check("use standard output") { fcntl(1, F_DUPFD_CLOEXEC, 3) }
    return OpenFile(adopting: descriptor, path: "standard output")
  }
}
