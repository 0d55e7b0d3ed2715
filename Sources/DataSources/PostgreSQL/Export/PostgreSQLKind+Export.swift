// PostgreSQL databases can be exported.

import Checkpoints
import ChunkStore

extension PostgreSQLKind: ExportableKind {
  package static func export(
    _ record: SourceRecord, _ request: ExportRequest, in store: Store, at place: SourcePlace,
    progress: any ProgressReporter
  ) throws -> any SourceExport {
    let options = try request.part.decoded(DatabaseOptions.self)
    return try DatabaseExport(
      record, options.part ?? DatabasePart(), prefix: request.clientPrefix,
      fallback: { try discovery(in: place).prefix(record.name, nil) }, store: store, progress: progress)
  }
}

extension DatabaseExport: SourceExport {
  package var script: ExportedScript {
    let script = ScriptExport(export: self)
    let reader = ChunkReader(store)
    return ExportedScript(
      byteCount: { try script.byteCount(reader) },
      write: { add in
        try script.run(
          write: add, rows: { chunk, text in try reader.withPiece(chunk) { try text.write($0, add) } })
      })
  }
}

extension ScriptExport {
  /// The size of the script in bytes, counting rows in their converted form.
  func byteCount(_ reader: ChunkReader) throws -> Int {
    var count = 0
    try run(
      write: { count += $0.count },
      rows: { chunk, text in
        if case .copy = text {
          count += chunk.byteCount
        } else {
          try reader.withPiece(chunk) { text.write($0) { count += $0.count } }
        }
      })
    return count
  }
}
