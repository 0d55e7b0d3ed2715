// How much a store holds, and of what.

import Checkpoints
import FileSystem

extension ProjectSession {
  /// - Parameter selector: a checkpoint that is looked at closer.
  package func lookAtStore(_ selector: String?) throws -> StoreStanding {
    try reading { opened in
      let chosen = try selector.map { try opened.select($0).id }
      let statistics = try StoreStatistics(opened.store, now: clock.now(), progress: progress)
      return StoreStanding(
        statistics: statistics, freeBytes: try FileTree.freeBytes(at: opened.store.root),
        chosen: statistics.checkpoints.first { $0.id == chosen })
    }
  }
}
