// A data source that can say beforehand what becomes of recorded rows.

import Checkpoints
import ChunkStore

package protocol PlansRows: DataSource {
  /// What would become of recorded rows in what is there today. Nothing is changed.
  func rowPlan(
    of record: SourceRecord, _ request: SourceRequest, in store: Store, progress: any ProgressReporter
  ) throws -> RowPlan
}
