// Files that git ignores but the project needs (`.env*`, local configuration), and untracked files that only their owner may
// read. They are kept in the store with their exact modes, never as git objects. They follow git: git's status says which
// files they are, and they are restored between git's own steps.

import FileSystem

package struct KeptFiles: Sendable {
  let worktree: BytePath
  private let patterns: [GlobPattern]
  private let keep: FilesToKeep
  private let isOwn: @Sendable (BytePath) -> Bool

  /// - Parameters:
  ///   - patterns: which ignored files belong to the state.
  ///   - isOwn: whether a path is git's own or ours; such files are never kept.
  package init(
    worktree: BytePath, patterns: [GlobPattern], keep: FilesToKeep,
    isOwn: @escaping @Sendable (BytePath) -> Bool = { _ in false }
  ) {
    (self.worktree, self.patterns, self.keep, self.isOwn) = (worktree, patterns, keep, isOwn)
  }

  /// The kept files of a project.
  package init(_ project: Project, keep: FilesToKeep) {
    let own = project.location.own
    self.init(
      worktree: project.location.worktree, patterns: project.includedPatterns, keep: keep,
      isOwn: { own.contains($0) })
  }

  func snapshot() throws -> KeptFilesSnapshot { KeptFilesSnapshot(worktree: worktree, paths: try paths()) }

  func restoration(
    of record: SourceRecord, _ context: RestoreContext, _ scope: KeptFilesScope
  ) throws -> KeptFilesRestoration {
    try KeptFilesRestoration(record, worktree: worktree, patterns: patterns, context, scope)
  }

  /// The files to be kept that exist now.
  package func paths() throws -> [BytePath] {
    var found = Set(keep.setAside)
    for path in keep.ignored {
      if path.bytes.last == UInt8(ascii: "/") {
        let directory = BytePath(path.bytes.dropLast())
        if patterns.contains(where: { $0.matches(directory) || $0.mayMatch(below: directory) }) {
          try collect(below: directory, into: &found)
        }
      } else if patterns.contains(where: { $0.matches(path) }) {
        found.insert(path)
      }
    }
    found = found.filter { path in !keep.excluded.contains { $0.matches(path) } && !path.hasGitDirectory }
    for path in keep.named where !path.hasGitDirectory {
      guard FileTree.isReachable(path, below: worktree) else { continue }
      let status = try FileTree.status(worktree.appending(path))
      if status?.kind == .regular || status?.kind == .symbolicLink { found.insert(path) }
    }
    return found.sorted()
  }

  private func collect(below directory: BytePath, into found: inout Set<BytePath>) throws {
    let names: [BytePath]
    do { names = try FileTree.list(worktree.appending(directory)) } catch {
      // It may be removed while we look.
      if error.isMissing { return }
      throw error
    }
    for name in names {
      let path = directory.appending(name)
      if isOwn(path) { continue }
      if try FileTree.status(worktree.appending(path))?.kind == .directory {
        try collect(below: path, into: &found)
      } else if patterns.contains(where: { $0.matches(path) }) {
        found.insert(path)
      }
    }
  }
}
