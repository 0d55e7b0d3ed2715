// What a prune did, or would do.

import Checkpoints

package struct PruneOutcome {
  package let plan: PrunePlan
  /// Those that are gone; fewer than planned if the user protected some meanwhile.
  package var removed: [CheckpointID] = []
  package var archives = ArchiveOutcome()
  /// nil if nothing was removed or archived; a failure if the space could not be freed, although the checkpoints are gone.
  package var collection: Result<GarbageCollection.Result, any Error>?

  init(plan: PrunePlan) { self.plan = plan }
}
