// Plans owners and attributes: of files and directories that stay but get others, and of new directories.

import FileSystem

extension RestorePlan {
  /// - Parameter written: files that are written, and get their rights then.
  mutating func planRights(
    from current: RecordedState, to target: RecordedState, written: Set<BytePath>,
    _ isLeftAlone: (BytePath) -> Bool, in database: ObjectDatabase
  ) throws {
    guard let wanted = target.metadata.rights else { return }
    for path in directories.keys where submodules[path] == nil { rights[path] = wanted[path] }
    let now = current.metadata.rights
    var candidates = wanted.exceptions.union(now?.exceptions ?? [])
    if now?.owner != wanted.owner {
      try database.forEachFile(in: target.worktree) { path, _ in candidates.insert(path) }
      try database.forEachDirectory(in: target.worktree) { candidates.insert($0) }
      candidates.formUnion(target.metadata.bareDirectories + [""])
    }
    let bare = Set(target.metadata.bareDirectories)
    let isDirectory = Self.directories(of: target, database)
    let unknown = PathSet(target.metadata.skipped + target.metadata.nestedRepositories)
    let unrecorded = PathSet(current.metadata.skipped)
    candidates = candidates.filter { path in
      now?[path] != wanted[path] && !written.contains(path) && rights[path] == nil && !isLeftAlone(path)
        && !unknown.contains(path) && !unrecorded.contains(path)
    }
    let files = try database.entries(at: candidates, in: target.worktree)
    for path in candidates {
      let isThere =
        try files[path].map { $0.mode != .submodule } ?? (bare.contains(path) || isDirectory(path))
      if isThere { rights[path] = wanted[path] }
    }
  }
}
