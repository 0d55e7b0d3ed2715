// Places inside a working tree that are never work, whatever they are called: git directories and our store. Git knows its
// own only by the name `.git`; with GIT_DIR, core.worktree or `--separate-git-dir` they can lie anywhere.

import FileSystem

package struct OwnPlaces: Sendable {
  /// From the top of the working tree.
  private var places: [BytePath] = []

  package init() {}

  /// - Parameter places: absolute. Those outside of the working tree do not matter.
  init(_ places: some Sequence<BytePath>, in worktree: BytePath) {
    for place in places { insert(place, in: worktree) }
  }

  mutating func insert(_ place: BytePath, in worktree: BytePath) {
    // A link that leads to it is no more work than the place itself.
    for path in Set([place, OwnPlaces.canonical(place)]) where path.isInside(worktree) {
      let relative = BytePath(path.bytes.dropFirst(worktree.bytes.count).drop { $0 == UInt8(ascii: "/") })
      // Git lists nothing of that name.
      guard !relative.isEmpty, relative.components.first != ".git", !places.contains(relative) else {
        continue
      }
      places.append(relative)
    }
  }

  /// - Parameter path: from the top; directories may have a slash at their end.
  package func contains(_ path: BytePath) -> Bool {
    if places.isEmpty { return false }
    let path = path.bytes.last == UInt8(ascii: "/") ? BytePath(path.bytes.dropLast()) : path
    return places.contains { path.isInside($0) }
  }

  /// Where a path leads, also one whose last part is still to be made.
  private static func canonical(_ path: BytePath) -> BytePath {
    if let found = try? FileTree.canonical(path) { return found }
    guard let parent = path.parent, let above = try? FileTree.canonical(parent) else { return path }
    return above.appending(path.lastComponent)
  }
}

extension OwnPlaces {
  /// Adds the git directories of submodules and nested repositories that lie beside them in the working tree.
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
