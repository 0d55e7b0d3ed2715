// Recognises repositories inside of a working tree as git does (setup.c: is_nonbare_repository_dir). A `.git` that leads
// nowhere, as an aborted submodule or a pruned worktree leaves it, makes no repository: the files next to it are ordinary
// work.

import FileSystem

enum NestedRepository {
  /// - Parameter directory: an absolute path.
  static func isThere(in directory: BytePath) -> Bool {
    let inner = place(directory.appending(".git"))
    guard let status = try? FileTree.status(inner) else { return false }
    switch status.kind {
    case .directory: return isGitDirectory(inner)
    case .regular:
      // If git cannot read the file, it assumes a repository, too.
      guard status.byteCount < 1 << 20, let bytes = try? FileTree.readAll(inner) else { return true }
      return target(of: bytes, in: directory).map(isGitDirectory) ?? false
    default: return false
    }
  }

  /// The git directory to which the `.git` file of a working tree leads, and its common directory.
  static func gitDirectories(of directory: BytePath) -> [BytePath] {
    guard let bytes = FileTree.readIfRegular(directory.appending(".git"), limit: 1 << 20),
      let target = target(of: bytes, in: directory)
    else { return [] }
    return [target, commonDirectory(of: target)].map(place)
  }

  /// The target of a `.git` file; nil for any other file.
  private static func target(of bytes: [UInt8], in directory: BytePath) -> BytePath? {
    let start = Array("gitdir: ".utf8)
    guard bytes.starts(with: start) else { return nil }
    let target = trimmed(bytes.dropFirst(start.count))
    return target.hasPrefix("/") ? target : directory.appending(target)
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> BytePath {
    var bytes = bytes
    while let last = bytes.last, [0x0A, 0x0D].contains(last) { bytes = bytes.dropLast() }
    return BytePath(bytes)
  }

  private static func commonDirectory(of path: BytePath) -> BytePath {
    guard let bytes = FileTree.readIfRegular(path.appending("commondir")) else { return path }
    let place = trimmed(bytes[...])
    return place.hasPrefix("/") ? place : path.appending(place)
  }

  static func isGitDirectory(_ path: BytePath) -> Bool {
    guard let head = try? FileTree.status(path.appending("HEAD")), head.kind != .directory else {
      return false
    }
    let common = commonDirectory(of: path)
    return ["objects", "refs"].allSatisfy { name in
      (try? FileTree.status(place(common.appending(name))))??.kind == .directory
    }
  }

  /// The path with its links resolved.
  private static func place(_ path: BytePath) -> BytePath { (try? FileTree.canonical(path)) ?? path }
}
