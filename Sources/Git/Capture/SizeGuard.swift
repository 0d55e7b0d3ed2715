// Chooses the untracked files that are too large to be recorded unless the user asks for it: single large files, and, if all
// of them together are too large, the largest of those folders that git shows as one.

import FileSystem

package struct SizeGuard: Sendable {
  package var fileLimit: Int
  package var totalLimit: Int
  /// Says which paths may have any size.
  package var isAllowed: @Sendable (BytePath) -> Bool

  package init(fileLimit: Int, totalLimit: Int, isAllowed: @escaping @Sendable (BytePath) -> Bool) {
    self.fileLimit = fileLimit
    self.totalLimit = totalLimit
    self.isAllowed = isAllowed
  }

  /// - Parameter files: the untracked files with their sizes.
  /// - Returns: what to leave out, the largest first.
  func leftOut(of files: [(path: BytePath, byteCount: Int)], _ git: GitProgram) throws -> [LargeUntracked] {
    let guarded = files.filter { !isAllowed($0.path) }
    var found = guarded.filter { $0.byteCount > fileLimit }
      .map { LargeUntracked(path: $0.path, byteCount: $0.byteCount, fileCount: 1) }
    let rest = guarded.filter { $0.byteCount <= fileLimit }
    var total = rest.reduce(0) { $0 + $1.byteCount }
    if total > totalLimit {
      for group in try groups(of: rest, git) where total > totalLimit {
        found.append(group)
        total -= group.byteCount
      }
    }
    return found.sorted { ($1.byteCount, $0.path) < ($0.byteCount, $1.path) }
  }

  /// The files as git shows untracked ones: each folder without tracked files as one. The largest first.
  private func groups(
    of files: [(path: BytePath, byteCount: Int)], _ git: GitProgram
  ) throws -> [LargeUntracked] {
    let shown = Set(
      try git.records(["ls-files", "-z", "--others", "--directory", "--exclude-standard"]).map {
        BytePath($0)
      })
    var groups: [BytePath: LargeUntracked] = [:]
    for file in files {
      let folders = file.path.ancestors.map { BytePath($0.bytes + [UInt8(ascii: "/")]) }
      let name = folders.last { shown.contains($0) } ?? file.path
      groups[name, default: LargeUntracked(path: name, byteCount: 0, fileCount: 0)].byteCount +=
        file.byteCount
      groups[name]?.fileCount += 1
    }
    return groups.values.sorted { ($1.byteCount, $0.path) < ($0.byteCount, $1.path) }
  }
}
