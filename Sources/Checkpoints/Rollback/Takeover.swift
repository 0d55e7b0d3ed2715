// Taking up an operation whose process was killed: what that process left in the way goes, and what is there now is kept.

import FileSystem
import Git

struct Takeover {
  private let context: RollbackContext

  init(_ context: RollbackContext) { self.context = context }

  /// Makes sure that the operation is this working tree's, and that nothing holds git up.
  func claim(_ journal: Journal) throws {
    if journal.worktree != context.location.worktreeName {
      throw RollbackProblem.otherWorktree(journal.worktree, operation: journal.operation)
    }
    try breakGitLocks(journal)
  }

  /// Finds the rescue if it was not noted any more, and keeps the working tree as it is now.
  /// - Parameter end: how the operation is going to end.
  /// - Returns: the journal to go on with, and the checkpoint that holds the working tree.
  func secure(_ journal: Journal, before end: String) throws -> (journal: Journal, present: Manifest?) {
    let rescues = RescueTaker(context)
    let journal = try rescues.adopted(journal)
    try removeTemporaryFiles(journal)
    let isPutBack = journal.services?.isPutBack == true
    return (journal, isPutBack ? nil : try rescues.keepPresentState(journal, before: end))
  }

  /// A power failure, or a kill that meant the whole process group, ended git as well, which left its locks.
  private func breakGitLocks(_ journal: Journal) throws {
    let branches = (journal.head + journal.headBefore).flatMap(\.branches)
    try AbandonedLocks.remove(in: context.location, branches: branches, since: journal.startedAt)
    for record in try context.catalog.manifest(journal.target).git.submodules ?? [] {
      if let submodule = try context.submodule(at: record.path) {
        try AbandonedLocks.remove(in: submodule.location, branches: [], since: journal.startedAt)
      }
    }
  }

  /// Kept files are written next to their places. What a killed process was just writing is removed before the working tree is
  /// recorded, so that git does not get it.
  private func removeTemporaryFiles(_ journal: Journal) throws {
    let prefix = KeptFilesRestoration.temporaryPrefix(token: journal.token)
    let kept = try ([journal.target] + [journal.rescue].compactMap { $0 }).flatMap {
      try context.catalog.filesInStore(context.catalog.manifest($0))
    }
    let worktree = context.location.worktree
    for directory in Set(kept.map { worktree.appending($0).parent ?? worktree }) {
      // A file may be in its place.
      guard try FileTree.status(directory)?.kind == .directory else { continue }
      for name in try FileTree.list(directory) where name.hasPrefix(prefix) {
        try FileTree.remove(directory.appending(name))
      }
    }
  }
}
