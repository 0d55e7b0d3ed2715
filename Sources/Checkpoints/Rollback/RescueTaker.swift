// The rescue: a checkpoint of what is about to be replaced, which undo and the way back go by.

import FileSystem
import Git

struct RescueTaker {
  private let context: RollbackContext

  init(_ context: RollbackContext) { self.context = context }

  /// - Returns: the rescue, with what undo must know in its notes.
  func take(_ ongoing: OngoingRollback) throws -> CheckpointID {
    let (journal, target) = (ongoing.journal, ongoing.target)
    var request = CaptureRequest(
      name: try CheckpointName("before-\(journal.operation)"), kind: .rescue,
      message: "what the \(journal.operation) to \(target.id) replaced")
    request.excluded = target.excluded
    // What is not touched needs no rescue.
    request.leavesWorktreeOut = journal.scope.isOfDatabasesOnly
    let submodules = SubmoduleRestorer(context)
    request.rescue = .init(
      before: target.id, incoming: journal.scope.isOfDatabasesOnly ? nil : ongoing.state?.worktree,
      alsoKeep: Array(try context.catalog.filesInStore(target)),
      records: ongoing.restorations.compactMap(\.restoration.rescueRecord),
      submodules: journal.scope == .everything ? try submodules.incoming(target) : [:])
    // Sources that stay as they are need no rescue.
    let concerned = ongoing.restorations.compactMap {
      $0.restoration.rescueSource ?? context.source(for: $0.record)
    }
    let obstacles = ObstacleCheck(context)
    let rescue = try context.creator.create(
      request, sources: concerned, check: { try obstacles.whileRecording($0, ongoing) }
    ).manifest
    try HeadPlanner(context).note(journal, for: rescue.id)
    return rescue.id
  }

  /// Finds the rescue of a process that was killed after it had published one, and before it could note it.
  func adopted(_ journal: Journal) throws -> Journal {
    guard journal.rescue == nil, let began = journal.rescueBegan else { return journal }
    let named = try context.catalog.manifests { $0 == "before-\(journal.operation)" }.readable
    let found = named.last { manifest in
      manifest.kind == .rescue && manifest.createdAt >= began && manifest.rescueBefore == journal.target
        && manifest.worktree == journal.worktree
    }
    guard let found else { return journal }
    var journal = journal
    journal.rescue = found.id
    try HeadPlanner(context).note(journal, for: found.id)
    try context.journalFile.write(journal)
    return journal
  }

  /// Records the working tree once more, because files may have been edited since the rescue was taken. The checkpoint has a name
  /// of its own; undo has no use for it.
  /// - Parameter step: what comes next.
  /// - Returns: nil if there is no rescue yet, or the operation is about no files.
  func keepPresentState(_ journal: Journal, before step: String) throws -> Manifest? {
    guard journal.rescue != nil, !journal.scope.isOfDatabasesOnly else { return nil }
    var request = CaptureRequest(
      name: try CheckpointName("before-\(step)"), kind: .rescue,
      message: "the working tree before the \(step) of the \(journal.operation) to \(journal.target)")
    request.rescue = .init(
      before: journal.target, incoming: nil, alsoKeep: [], records: [],
      submodules: try SubmoduleRestorer(context).incoming(context.catalog.manifest(journal.target)))
    let kept = try context.creator.create(request, sources: [])
    try context.catalog.updateNotes(kept.manifest.id) { $0.isSpent = true }
    return kept.manifest
  }
}
