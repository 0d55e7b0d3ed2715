// A remote in a directory: another disk, or a share that is mounted. Whether it is still that directory is looked at before and after
// each file, because a disk can be unmounted meanwhile. What others may have put there is read only as regular files of a known
// size, and no link is followed.

import FileSystem
import Glibc

package struct RemoteDirectory: Sendable {
  private static let mark: BytePath = "checkpoint-remote"
  private static let prefix = "checkpoint remote "
  static let format = 1

  package let root: BytePath
  private let files: any FileOperations
  /// Of the directory when it was opened.
  private let identity: [UInt64]

  private init(_ root: BytePath, _ files: any FileOperations, _ status: FileStatus) {
    (self.root, self.files) = (root, files)
    identity = Self.identity(status)
  }

  private static func identity(_ status: FileStatus) -> [UInt64] {
    [UInt64(status.device), UInt64(status.inode)]
  }

  /// Makes a directory a remote, unless it is one.
  /// - Throws: `RemoteProblem.occupied` if it holds anything else.
  package static func create(
    at root: BytePath, files: any FileOperations = SystemFileOperations()
  ) throws -> RemoteDirectory {
    if let status = try FileTree.status(root), status.kind != .directory {
      throw RemoteProblem.notDirectory(root)
    }
    if !FileTree.exists(root.appending(mark)) {
      try FileTree.makeDirectories(root, mode: 0o700)
      // A disk of its own has this directory from the beginning.
      if try FileTree.list(root).contains(where: { $0 != "lost+found" }) {
        throw RemoteProblem.occupied(root)
      }
      try files.replaceFile(root.appending(mark), with: Array("\(prefix)\(format)\n".utf8))
    }
    return try open(at: root, files: files)
  }

  /// - Throws: `RemoteProblem.missing` if there is none: a disk that is not mounted must not be taken for an empty remote.
  package static func open(
    at root: BytePath, files: any FileOperations = SystemFileOperations()
  ) throws -> RemoteDirectory {
    let path = root.appending(mark)
    guard let status = try FileTree.status(root), status.kind == .directory,
      let bytes = try FileTree.readIfThere(path, limit: 1 << 10, flags: O_NOFOLLOW)
    else { throw RemoteProblem.missing(root) }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let version = text.rest(after: prefix).flatMap({ Int($0.filter { $0 != "\n" }) }), version > 0
    else {
      throw RemoteProblem.damaged(path, "it does not name a remote's format")
    }
    guard version <= format else { throw RemoteProblem.newerFormat(root, found: version, supported: format) }
    return RemoteDirectory(root, files, status)
  }

  private func requireSame() throws {
    guard let status = try FileTree.status(root), Self.identity(status) == identity,
      FileTree.exists(root.appending(Self.mark))
    else { throw RemoteProblem.gone(root) }
  }

  /// Requires that a directory of the remote is one, and no link. It may be missing.
  private func requireDirectory(_ path: BytePath) throws {
    if let status = try FileTree.status(path), status.kind != .directory {
      throw RemoteProblem.damaged(path, "it is not a directory")
    }
  }

  /// Every file two levels below a directory, with its size: the level between divides them.
  func list(_ directory: BytePath) throws -> [(name: BytePath, byteCount: Int)] {
    try requireSame()
    let top = root.appending(directory)
    try requireDirectory(top)
    guard FileTree.exists(top) else { return [] }
    return try FileTree.list(top, followsLink: false).sorted().flatMap { part in
      let between = top.appending(part)
      guard try FileTree.status(between)?.kind == .directory else { return [(BytePath, Int)]() }
      return try FileTree.list(between, followsLink: false).sorted().compactMap { name in
        guard let status = try FileTree.status(between.appending(name)), status.kind == .regular else {
          return nil
        }
        return (directory.appending(part).appending(name), status.byteCount)
      }
    }
  }

  // MARK: Writing

  /// Where the files of one store are until they are whole.
  private func incoming(_ mark: String) -> BytePath { root.appending("incoming").appending(BytePath(mark)) }

  /// Removes what an earlier push of this store left. The caller knows that none is at work.
  func clearIncoming(_ mark: String) throws {
    try requireSame()
    let directory = incoming(mark)
    for path in [root.appending("incoming"), directory] { try requireDirectory(path) }
    try? FileTree.remove(directory)
  }

  /// Stores a file, whole or not at all, over one that has its name.
  /// - Parameters:
  ///   - mark: of the store that pushes.
  ///   - write: writes the contents.
  func put(_ name: BytePath, by mark: String, write: (OpenFile) throws -> Void) throws {
    try requireSame()
    let (path, temporary) = (root.appending(name), incoming(mark).appending(name.lastComponent))
    for directory in [path.parent, temporary.parent].compactMap(\.self) { try makeDirectory(directory) }
    defer { try? FileTree.remove(temporary) }
    let file = try files.open(
      temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
    try write(file)
    try files.sync(file)
    try requireSame()
    try files.rename(temporary, to: path)
    if let directory = path.parent { try sync(directory) }
  }

  func put(_ name: BytePath, _ bytes: [UInt8], by mark: String) throws {
    try put(name, by: mark) { try files.write(bytes, to: $0) }
  }

  /// Below the root, which is there.
  private func makeDirectory(_ directory: BytePath) throws {
    for place in [directory.parent, directory].compactMap(\.self) { try requireDirectory(place) }
    if FileTree.exists(directory) { return }
    try FileTree.makeDirectories(directory, mode: 0o700)
    for above in [directory.parent, directory.parent?.parent].compactMap(\.self) { try sync(above) }
  }

  private func sync(_ directory: BytePath) throws {
    try files.sync(files.open(directory, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW, mode: 0))
  }

  func remove(_ name: BytePath) throws { try FileTree.remove(root.appending(name)) }

  /// Gives a file another name, under which nothing looks for it.
  func setAside(_ name: BytePath) throws {
    let path = root.appending(name)
    try files.rename(path, to: BytePath(path.bytes + Array(".damaged".utf8)))
  }

  // MARK: Reading

  /// - Throws: `SystemError` if it is longer than `limit`.
  func read(_ name: BytePath, limit: Int) throws -> [UInt8] {
    try FileTree.readAll(root.appending(name), limit: limit, flags: O_NOFOLLOW)
  }

  func open(_ name: BytePath) throws -> OpenFile {
    try FileTree.openRegular(root.appending(name), flags: O_NOFOLLOW)
  }

  /// Free bytes for this user.
  package func freeBytes() throws -> Int { try FileTree.freeBytes(at: root) }
}
