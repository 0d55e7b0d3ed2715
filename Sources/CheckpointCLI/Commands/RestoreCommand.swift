// `checkpoint restore`: a part of a checkpoint. What it replaces is kept, as with rollback.

import Checkpoints
import ChunkStore
import FileSystem
import Git

extension Command {
  static let restore: Command = Command(
    name: "restore",
    summary: "bring back a part: the database, files, configuration or components",
    details: """
      HEAD and the index stay. What is replaced is kept, and “checkpoint undo” brings it back.
      """,
    examples: [
      "checkpoint restore database latest --target-db shop_yesterday",
      "checkpoint restore files stage-02-start src/models ':!*.generated.ts'",
      "checkpoint restore config latest",
      "checkpoint restore components CustomVideo,GoogleMeet stage-02-start",
    ],
    exitCodes: rollbackCodes
  ).with(subcommands: [.restoreDatabase, .restoreFiles, .restoreConfig, .restoreComponents])

  /// Options of the parts that are files.
  static let restoreOptions: [Option] = [
    .flag("-n", "--dry-run", help: "show what would be done"), SharedOptions.yes,
  ]

  /// Restores files.
  /// - Parameter scope: which of those that the checkpoint holds.
  static func restore(
    _ selector: String, _ invocation: Invocation,
    scope: (RecordedFiles, Workspace) throws -> OperationScope
  ) throws -> ExitCode {
    let workspace = try Workspace(invocation)
    return try workspace.alone { store in
      let target = try workspace.select(selector, store)
      let request = RollbackRequest(
        operation: "restore", target: target,
        scope: try scope(RecordedFiles(of: target, workspace, store), workspace),
        keepUntracked: invocation.has("--keep-untracked"))
      return try carryOut(request, workspace, store)
    }
  }
}

/// The files that a checkpoint holds, in git and kept.
struct RecordedFiles {
  let target: Manifest
  let kept: Set<BytePath>
  let worktree: ObjectID
  let objects: ObjectDatabase

  init(of target: Manifest, _ workspace: Workspace, _ store: Store) throws {
    self.target = target
    kept = try Catalog(store).filesInStore(target)
    objects = try workspace.objects()
    guard let tree = target.git.stateTree, let worktree = try objects.entry(named: "worktree", in: tree)
    else {
      throw RollbackProblem.nothingToRestore(target.id, "file")
    }
    self.worktree = worktree.id
  }
}
