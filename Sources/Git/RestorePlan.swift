// What has to be written, removed and given another mode to get from one recorded state to another.

import FileSystem

package struct RestorePlan: Sendable {
  package struct Write: Sendable {
    package var path: BytePath
    package var entry: TreeEntry
    /// Bytes as recorded; otherwise git's filters make the file.
    package var isRaw: Bool
    package var permissions: UInt32?

    package init(path: BytePath, entry: TreeEntry, isRaw: Bool, permissions: UInt32?) {
      (self.path, self.entry, self.isRaw, self.permissions) = (path, entry, isRaw, permissions)
    }
  }

  package var writes: [Write] = []
  package var removals: [BytePath] = []
  /// Files whose bytes stay and whose permissions change.
  package var modes: [BytePath: UInt32] = [:]
  /// What differs but is not touched, because its present contents could not be recorded.
  package var leftAlone: [BytePath] = []

  /// - Parameters:
  ///   - current: the state that the working copy has, recorded before.
  ///   - keepUntracked: leave files that are untracked in `current` and unknown to `target`.
  ///   - isLeftAlone: paths that are not touched whatever the states say.
  package init(
    from current: RecordedState, to target: RecordedState, keepUntracked: Bool,
    isLeftAlone: (BytePath) -> Bool, in database: ObjectDatabase
  ) throws {
    let raw = Dictionary(
      target.metadata.raw.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let skipped = Set(target.metadata.skipped + target.metadata.nestedRepositories)
    let unrecorded = Set(current.metadata.skipped)
    let sparse = Set(target.metadata.skipWorktree)
    let untracked = Set(current.metadata.untracked)

    var entries: [BytePath: TreeEntry?] = [:]
    for difference in try database.differences(from: current.worktree, to: target.worktree) {
      entries[difference.path] = difference.new
    }
    // The same object can stand for different bytes: raw on one side, filtered on the other.
    let changedRaw = Set(target.metadata.raw).symmetricDifference(Set(current.metadata.raw)).map(\.path)
    for path in Set(changedRaw) where entries[path] == nil {
      if let entry = try database.entry(at: path, in: target.worktree) { entries[path] = entry }
    }
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      if isLeftAlone(path) || skipped.contains(path) { continue }
      if unrecorded.contains(path) {
        leftAlone.append(path)
        continue
      }
      guard let entry else {
        if !(keepUntracked && untracked.contains(path)) { removals.append(path) }
        continue
      }
      if entry.mode == .submodule || (sparse.contains(path) && raw[path] == nil) { continue }
      let permissions =
        raw[path] == nil ? target.metadata.permissions(of: path, entry.mode) : raw[path]?.permissions
      writes.append(Write(path: path, entry: entry, isRaw: raw[path] != nil, permissions: permissions))
    }
    let written = Set(entries.keys)
    var candidates = Set(target.metadata.modes.keys).union(current.metadata.modes.keys)
    if target.metadata.commonMode != current.metadata.commonMode
      || target.metadata.commonExecutableMode != current.metadata.commonExecutableMode
    {
      try database.forEachFile(in: target.worktree) { path, _ in candidates.insert(path) }
    }
    for path in candidates
    where !written.contains(path) && raw[path] == nil && !isLeftAlone(path) {
      guard let entry = try database.entry(at: path, in: target.worktree) else { continue }
      let wanted = target.metadata.permissions(of: path, entry.mode)
      if let wanted, wanted != current.metadata.permissions(of: path, entry.mode) { modes[path] = wanted }
    }
    // What decides how other files are filtered comes first.
    let attributes: BytePath = ".gitattributes"
    writes =
      writes.filter { $0.path.lastComponent == attributes }
      + writes.filter { $0.path.lastComponent != attributes }
  }
}

extension ObjectDatabase {
  package func entry(at path: BytePath, in tree: ObjectID) throws -> TreeEntry? {
    var entry = TreeEntry(mode: .directory, id: tree)
    for component in path.components {
      guard entry.mode == .directory, let next = try self.entry(named: component, in: entry.id) else {
        return nil
      }
      entry = next
    }
    return entry
  }
}
