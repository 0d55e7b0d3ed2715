// A kind of data sources whose records can be exported for other tools.

import Checkpoints
import ChunkStore

package protocol ExportableKind: SourceKind {
  /// - Throws: the kind's own error if the requested part is wrong.
  static func export(
    _ record: SourceRecord, _ request: ExportRequest, in store: Store, at place: SourcePlace,
    progress: any ProgressReporter
  ) throws -> any SourceExport
}
