// A remote in a directory: another disk, or a share that is mounted. What others may have put there is read only as files of
// a known size, never through links.

import FileSystem
import Glibc

package struct RemoteDirectory: Sendable {
  private static let mark: BytePath = "checkpoint-remote"
  private static let prefix = "checkpoint remote "
  static let format = 1

  package let root: BytePath
  private let files: any FileOperations

  private init(_ root: BytePath, _ files: any FileOperations) { (self.root, self.files) = (root, files) }

  /// Makes a directory a remote, unless it is one.
  /// - Throws: `RemoteProblem.occupied` if it holds anything else.
  package static func create(
    at root: BytePath, files: any FileOperations = SystemFileOperations()
  ) throws -> RemoteDirectory {
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
    guard let bytes = try FileTree.readIfThere(path, limit: 1 << 10, flags: O_NOFOLLOW) else {
      throw RemoteProblem.missing(root)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let version = text.rest(after: prefix).flatMap({ Int($0.filter { $0 != "\n" }) }) else {
      throw RemoteProblem.damaged(path, "it does not name a remote's format")
    }
    guard version <= format else { throw RemoteProblem.newerFormat(root, found: version, supported: format) }
    return RemoteDirectory(root, files)
  }

  /// Every file two levels below a directory, with its size: the level between divides them.
  func list(_ directory: BytePath) throws -> [(name: BytePath, byteCount: Int)] {
    let top = root.appending(directory)
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

  /// Stores a file, whole or not at all, over one that has its name.
  /// - Parameter write: writes the contents.
  func put(_ name: BytePath, write: (OpenFile) throws -> Void) throws {
    let path = root.appending(name)
    if let directory = path.parent { try makeDirectory(directory) }
    let made = try NewFile(path, replaces: true, files: files)
    defer { made.discard() }
    try write(made.makeFile())
    try made.publish()
  }

  func put(_ name: BytePath, _ bytes: [UInt8]) throws {
    try put(name) { try files.write(bytes, to: $0) }
  }

  private func makeDirectory(_ directory: BytePath) throws {
    if FileTree.exists(directory) { return }
    try FileTree.makeDirectories(directory, mode: 0o700)
    for above in [directory.parent, directory.parent?.parent] {
      if let above { try files.sync(files.open(above, flags: O_RDONLY | O_DIRECTORY, mode: 0)) }
    }
  }

  func remove(_ name: BytePath) throws { try FileTree.remove(root.appending(name)) }

  /// Gives a file another name, under which nothing looks for it.
  func setAside(_ name: BytePath) throws {
    let path = root.appending(name)
    try files.rename(path, to: BytePath(path.bytes + Array(".damaged".utf8)))
  }

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
