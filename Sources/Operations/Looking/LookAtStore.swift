// How much a store holds, and of what.

import Checkpoints
import FileSystem

extension ProjectSession {
  /// - Parameter selector: a checkpoint that is looked at closer.
  /// - Returns: the figures in detail and in brief, and the checkpoint.
  package func lookAtStore(
    _ selector: String?
  ) throws -> (statistics: StoreStatistics, summary: StoreSummary, chosen: CheckpointID?) {
    try reading { opened in
      let chosen = try selector.map { try opened.select($0).id }
      let statistics = try StoreStatistics(opened.store, now: clock.now(), progress: progress)
      let freeBytes = try FileTree.freeBytes(at: opened.store.root)
      return (statistics, StoreSummary(statistics, freeBytes: freeBytes), chosen)
    }
  }
}
