// One checkpoint, with all that is known of it.

import Checkpoints
import ChunkStore
import DataSources

extension ProjectSession {
  /// - Parameter listsParts: whether the parts of data sources are read, too.
  package func details(of selector: String, listsParts: Bool) throws -> CheckpointDetails {
    func look(_ opened: OpenProject) throws -> CheckpointDetails {
      let stability = try opened.stability()
      let manifest = try opened.select(selector, by: stability)
      let files = try manifest.git.changedFiles?.list.map {
        try ChunkReader(opened.store).document([ChangedFile].self, $0)
      }
      let records = listsParts ? try opened.catalog.sources(of: manifest).filter { !$0.isKeptFiles } : []
      return CheckpointDetails(
        manifest: manifest, notes: try opened.catalog.notes(manifest.id),
        stable: try stability.reason(of: manifest), changedFiles: files,
        parts: try records.map { try $0.parts(in: opened.store) })
    }
    return try listsParts ? reading(look) : looking(look)
  }
}
