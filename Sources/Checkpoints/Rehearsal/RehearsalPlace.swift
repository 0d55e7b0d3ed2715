// Where a rehearsal takes place: a private temporary directory with a linked working tree in it. The store has a file for
// each, which names the directory and is locked as long as the process lives. If one is not locked, its process was killed, and
// the next rehearsal or the worker removes what it left. Nothing of it is in the project's own tree.

import ChunkStore
import FileSystem
import Git
import Glibc

package struct RehearsalPlace {
  private static let prefix = "checkpoint-"

  private let location: RepositoryLocation
  private let registration: BytePath
  private let lock: FileLock
  /// `rehearsal-` and a random number: the name of the tree, also among git's working trees.
  let name: String
  private let directory: BytePath

  /// The top of the temporary working tree. Its name is its own: programs such as docker compose make names out of it,
  /// and must not take it for the project.
  var tree: BytePath { directory.appending(name) }

  init(_ store: Store, _ location: RepositoryLocation) throws {
    self.location = location
    name = "rehearsal-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    let registry = Self.registry(store)
    try FileTree.makeDirectories(registry, mode: 0o700)
    registration = registry.appending(name)
    guard let lock = try FileLock.acquire(registration, .exclusive) else { throw StoreError.busy(store.root) }
    self.lock = lock
    let parent = try FileTree.canonical(ScratchDirectory.parent(in: location.environment))
    directory = parent.appending(Self.prefix + name)
    // Written before the directory is there, and into the file that is locked.
    let file = try store.files.open(registration, flags: O_WRONLY | O_TRUNC, mode: 0o600)
    try store.files.write(directory.bytes, to: file)
    try store.files.sync(file)
    let code = directory.withCString { mkdir($0, 0o700) }
    if code != 0 {
      let error = SystemError(operation: "make the directory", path: directory)
      try? FileTree.remove(registration)
      throw error
    }
  }

  /// What lies in the store by another name may have come with it, and names of git's working trees are removed by it.
  private static func isName(_ text: String) -> Bool {
    let number = text.dropFirst("rehearsal-".count)
    return text.hasPrefix("rehearsal-") && UInt64(number, radix: 16) != nil && number.first != "+"
  }

  private static func registry(_ store: Store) -> BytePath { store.root.appending("rehearsals") }

  /// Removes everything of it.
  /// - Returns: what could not be removed, for people.
  func remove() -> String? {
    Interruption.shielded { Self.remove(directory, name, registration, location) }
  }

  /// Removes what killed processes left.
  /// - Returns: what could not be removed, for people.
  @discardableResult
  package static func removeAbandoned(in store: Store, _ location: RepositoryLocation) throws -> [String] {
    let registry = registry(store)
    guard FileTree.exists(registry) else { return [] }
    return try FileTree.list(registry).compactMap { name in
      let file = registry.appending(name)
      guard let text = name.exactText, isName(text), let lock = try FileLock.acquire(file, .exclusive) else {
        return nil
      }
      defer { withExtendedLifetime(lock) {} }
      let directory = BytePath(try FileTree.readAll(file))
      // A process that was killed before it wrote the name had not made anything.
      let isOurs = directory.isAbsolute && directory.lastComponent == BytePath(prefix + text)
      return Interruption.shielded { remove(isOurs ? directory : nil, text, file, location) }
    }
  }

  private static func remove(
    _ directory: BytePath?, _ name: String, _ registration: BytePath, _ location: RepositoryLocation
  ) -> String? {
    do {
      if let directory { try FileTree.removeLocked(directory) }
      try unlink(name, location)
      // Last: until then the next rehearsal may have to try again.
      try FileTree.remove(registration)
      return nil
    } catch {
      return "\(directory ?? registration) could not be removed: \(error); the next rehearsal tries again"
    }
  }

  /// Takes the tree, which is gone, off git's list. `git worktree prune` would do so with others whose disk is not there
  /// now.
  private static func unlink(_ name: String, _ location: RepositoryLocation) throws {
    let trees = location.commonDirectory.appending("worktrees")
    try FileTree.remove(trees.appending(name))
    // As git does with its last one.
    _ = FileTree.removeIfEmpty(trees)
  }
}

extension FileTree {
  /// Removes a directory of ours whatever permissions were given to what is in it: caches of build programs are often
  /// read-only.
  fileprivate static func removeLocked(_ directory: BytePath) throws {
    guard try status(directory)?.kind == .directory else { return try remove(directory) }
    try? setPermissions(directory, 0o700)
    for name in try list(directory) {
      let path = directory.appending(name)
      if try status(path)?.kind == .directory { try removeLocked(path) } else { try remove(path) }
    }
    try remove(directory)
  }
}
