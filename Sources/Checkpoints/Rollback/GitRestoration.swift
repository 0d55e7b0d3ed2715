// Brings one working copy from one recorded state to another: HEAD, index, files, the operation in progress. Every
// step can be repeated.

import FileSystem
import Git

struct GitRestoration {
  let location: RepositoryLocation
  let objects: ObjectDatabase
  let files: any FileOperations
  let progress: any ProgressReporter

  /// - Parameters:
  ///   - plan: how the files get to `state`.
  ///   - other: the state that is left.
  ///   - isKnown: `other` was recorded just now.
  ///   - head: nil if HEAD, the index and operations stay as they are.
  ///   - restoringKept: puts the kept files back, and names them.
  /// - Returns: rights that could not be given back.
  @discardableResult
  func run(
    _ plan: RestorePlan, to state: RecordedState, from other: RecordedState, isKnown: Bool = false,
    head: [HeadDestination]?, reason: String,
    restoringKept: () throws -> Set<BytePath>
  ) throws -> [LostRights] {
    let index =
      head == nil ? nil : try IndexRestore(state, from: other, isKnown: isKnown, location, objects)
    let sparse = head == nil ? nil : SparseSwitch(to: state, from: other, location.git)
    for step in head ?? [] { try step.apply(location.git, reason: reason) }
    try sparse?.turnOff()
    try index?.begin()
    let total = plan.writes.count
    let writer = WorktreeWriter(location, objects, files: files)
    let untouched = try writer.apply(plan) { done in
      progress.update("restore files", done: done, total: total, unit: .items)
    }
    progress.finish("restore files")
    // Before the index is refreshed: they may be tracked.
    let kept = try restoringKept()
    if let index {
      try OperationInProgress.restore(state, location, objects, files: files)
      try index.finish(WrittenFiles(all: kept.union(plan.writes.map(\.path)), untouched: untouched))
      try sparse?.turnOn()
    }
    try files.syncFileSystem(of: OpenFile.open(location.worktree, flags: 0))
    return writer.lost
  }
}
