// Places inside a working tree that are never part of the work: git directories and our store. Git recognises its own only
// by the name `.git`, but with GIT_DIR, core.worktree or `--separate-git-dir` they can be anywhere.

import FileSystem

package struct OwnPlaces: Sendable {
  /// Relative to the top of the working tree.
  private var places: [BytePath] = []

  package init() {}

  /// - Parameter places: absolute paths. Those outside of the working tree are ignored.
  init(_ places: some Sequence<BytePath>, in worktree: BytePath) {
    for place in places { insert(place, in: worktree) }
  }

  mutating func insert(_ place: BytePath, in worktree: BytePath) {
    // A link to the place is not part of the work either.
    for path in Set([place, OwnPlaces.canonical(place)]) where path.isInside(worktree) {
      let relative = BytePath(path.bytes.dropFirst(worktree.bytes.count).drop { $0 == UInt8(ascii: "/") })
      // Git never lists anything below `.git`.
      guard !relative.isEmpty, relative.components.first != ".git", !places.contains(relative) else {
        continue
      }
      places.append(relative)
    }
  }

  /// - Parameter path: relative to the top; a directory may end with a slash.
  package func contains(_ path: BytePath) -> Bool {
    if places.isEmpty { return false }
    let path = path.bytes.last == UInt8(ascii: "/") ? BytePath(path.bytes.dropLast()) : path
    return places.contains { path.isInside($0) }
  }

  /// The path with its links resolved, even if its last component does not exist yet.
  private static func canonical(_ path: BytePath) -> BytePath {
    if let found = try? FileTree.canonical(path) { return found }
    guard let parent = path.parent, let above = try? FileTree.canonical(parent) else { return path }
    return above.appending(path.lastComponent)
  }
}

extension OwnPlaces {
  /// Adds git directories of submodules and nested repositories that are elsewhere in the working tree.
  mutating func insertSeparate(_ status: Status, _ location: RepositoryLocation) throws {
    let candidates = Set(
      status.untracked.compactMap { path -> BytePath? in
        guard path.lastComponent == "HEAD", let parent = path.parent, !contains(parent) else { return nil }
        let directory = location.worktree.appending(parent)
        return NestedRepository.isGitDirectory(directory) ? directory : nil
      })
    if candidates.isEmpty { return }
    let links = try location.git.records(["ls-files", "-s", "-z"]).filter { $0.starts(with: "160000".utf8) }
    let submodules = links.map { BytePath($0.drop { $0 != UInt8(ascii: "\t") }.dropFirst()) }
    let nested = status.untracked.filter { $0.bytes.last == UInt8(ascii: "/") }
      .map { BytePath($0.bytes.dropLast()) }
    for path in submodules + nested {
      let places = NestedRepository.gitDirectories(of: location.worktree.appending(path))
      for place in places where candidates.contains(place) { insert(place, in: location.worktree) }
    }
  }
}
