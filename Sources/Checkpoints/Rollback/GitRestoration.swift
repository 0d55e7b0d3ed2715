// One working copy on its way from one recorded state to another: HEAD, index, files, the operation in progress. Every
// step can be repeated.

import FileSystem
import Git

struct GitRestoration {
  let location: RepositoryLocation
  let database: ObjectDatabase
  let files: any FileOperations
  let progress: any ProgressReporter

  /// - Parameters:
  ///   - plan: how the files get to `state`.
  ///   - other: the state that is left.
  ///   - head: nil to leave HEAD, the index and operations alone.
  ///   - restoringKept: puts the files back that are kept beside git, and names them.
  func run(
    _ plan: RestorePlan, to state: RecordedState, from other: RecordedState, head: [HeadDestination]?,
    reason: String,
    restoringKept: () throws -> Set<BytePath>
  ) throws {
    if let head {
      for step in head { try step.apply(location.git, reason: reason) }
      try IndexRestore.replaceEntries(state, from: other, location)
    }
    let total = plan.writes.count
    try WorktreeWriter(location, database, files: files).apply(plan) { done in
      progress.update("restore files", done: done, total: total, unit: .items)
    }
    progress.finish("restore files")
    // Before the index is refreshed: they may be tracked.
    let kept = try restoringKept()
    if head != nil {
      try OperationInProgress.restore(state, location, database, files: files)
      let written = kept.union(plan.writes.map(\.path))
      try IndexRestore.finish(state, written: written, location, database)
    }
    try files.syncFileSystem(of: OpenFile.open(location.worktree, flags: 0))
  }
}
