// A kind of data sources whose records other tools can take.

import Checkpoints
import ChunkStore

package protocol ExportableKind: SourceKind {
  /// - Throws: what is wrong with the part that is asked for.
  static func export(
    _ record: SourceRecord, _ request: ExportRequest, in store: Store, at place: SourcePlace,
    progress: any ProgressReporter
  ) throws -> any SourceExport
}
