// A data source that can show beforehand where recorded rows would go in the present tables.

import Checkpoints
import ChunkStore

package protocol PlansRows: DataSource {
  /// Makes the plan. Nothing is changed.
  func rowPlan(
    of record: SourceRecord, _ request: SourceRequest, in store: Store, progress: any ProgressReporter
  ) throws -> RowPlan
}
