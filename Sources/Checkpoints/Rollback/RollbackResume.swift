// Taking up an operation whose process was killed: to its end, or back to where it began.

import FileSystem
import Git

extension Rollback {
  private func requireOwnWorktree(_ journal: Journal) throws {
    if journal.worktree != project.location.worktreeName {
      throw RollbackProblem.otherWorktree(journal.worktree, operation: journal.operation)
    }
  }

  /// A power failure, or a kill that meant the whole process group, ended git as well, which left its locks.
  private func breakGitLocks(_ journal: Journal) throws {
    let branches = (journal.head + journal.headBefore).flatMap(\.branches)
    try AbandonedLocks.remove(in: project.location, branches: branches, since: journal.startedAt)
    for record in try catalog.manifest(journal.target).git.submodules ?? [] {
      if let submodule = try Submodule.open(record.path, in: project.location, files: store.files) {
        try AbandonedLocks.remove(in: submodule.location, branches: [], since: journal.startedAt)
      }
    }
  }

  /// Kept files are written beside their places. What a killed process was just writing goes before the working tree is
  /// recorded: git must not hold it.
  private func removeTemporaryFiles(_ journal: Journal) throws {
    let prefix = KeptFilesRestoration.temporaryPrefix(token: journal.token)
    let kept = try ([journal.target] + [journal.rescue].compactMap { $0 }).flatMap {
      try catalog.filesInStore(catalog.manifest($0))
    }
    let worktree = project.location.worktree
    for directory in Set(kept.map { worktree.appending($0).parent ?? worktree }) {
      // A file may be in its place.
      guard try FileTree.status(directory)?.kind == .directory else { continue }
      for name in try FileTree.list(directory) where name.hasPrefix(prefix) {
        try FileTree.remove(directory.appending(name))
      }
    }
  }

  /// Finishes what a killed process began.
  package func resume(_ journal: Journal) throws -> RollbackResult {
    try requireOwnWorktree(journal)
    try breakGitLocks(journal)
    if journal.services?.isPutBack == true { throw RollbackProblem.alreadyPutBack(journal.operation) }
    var journal = try adoptRescue(journal)
    try removeTemporaryFiles(journal)
    let notes = noted(try keepPresentState(journal, before: "continue"))
    // Files that were changed since are kept now, so they no longer stand in the way.
    journal.rescueBegan = nil
    journal.services?.turnForward()
    // An abort that was killed may have left it marked.
    if let rescue = journal.rescue { try catalog.updateNotes(rescue) { $0.isSpent = nil } }
    let target = try catalog.manifest(journal.target)
    var plan = RollbackPlan(
      journal: journal, target: target, state: try recordedState(target), location: project.location,
      restorations: try restorations(for: target, journal, isResuming: true),
      leftDatabases: leftDatabases(target, journal))
    do {
      var result = try run(&plan)
      result.notes += notes
      return result
    } catch let failure as ServiceFailure {
      try goBack(plan, because: failure)
      throw failure
    }
  }

  /// Puts everything back as it was before a killed process began.
  /// - Returns: what people should know.
  package func abandon(_ journal: Journal) throws -> [String] {
    try requireOwnWorktree(journal)
    try breakGitLocks(journal)
    let journal = try adoptRescue(journal)
    try removeTemporaryFiles(journal)
    let isPutBack = journal.services?.isPutBack == true
    let present = isPutBack ? nil : try keepPresentState(journal, before: "abort")
    let target = try catalog.manifest(journal.target)
    let restorations = isPutBack ? Restorations() : try restorations(for: target, journal, isResuming: true)
    return try Interruption.shielded {
      try noted(present) + revert(journal, target, restorations, present: present)
    }
  }

  /// Files may have been edited since the process was killed. What is there now is kept under a name of its
  /// own; undo has no use for it.
  func keepPresentState(_ journal: Journal, before step: String) throws -> Manifest? {
    guard journal.rescue != nil, !journal.scope.isDatabasesAlone else { return nil }
    var request = CaptureRequest(
      name: try CheckpointName("before-\(step)"), kind: .rescue,
      message: "the working tree before the \(step) of the \(journal.operation) to \(journal.target)")
    request.rescue = .init(
      before: journal.target, incoming: nil, alsoKeep: [], records: [],
      submodules: try incomingSubmodules(catalog.manifest(journal.target)))
    let kept = try creator.create(request, sources: [])
    try catalog.updateNotes(kept.manifest.id) { $0.isSpent = true }
    return kept.manifest
  }

  /// What people should know.
  private func noted(_ kept: Manifest?) -> [String] {
    kept.map { ["the working tree as it was just now is kept as \($0.id)"] } ?? []
  }

  /// A process that was killed between publishing the rescue and noting it left one that nobody names.
  private func adoptRescue(_ journal: Journal) throws -> Journal {
    guard journal.rescue == nil, let began = journal.rescueBegan else { return journal }
    var journal = journal
    let found = try catalog.manifests().readable.last { manifest in
      manifest.kind == .rescue && manifest.name == "before-\(journal.operation)"
        && manifest.createdAt >= began && manifest.rescueBefore == journal.target
        && manifest.worktree == journal.worktree
    }
    if let found {
      journal.rescue = found.id
      try noteHead(journal, for: found.id)
      try JournalFile(store).write(journal)
    }
    return journal
  }
}
