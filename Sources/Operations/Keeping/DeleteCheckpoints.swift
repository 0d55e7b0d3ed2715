// Deleting checkpoints, with the warm clones that only they know of.

import Checkpoints
import ChunkStore
import FileSystem

extension ProjectSession {
  /// All checkpoints are found and checked before the first one goes.
  /// - Parameter decide: gets them, and says whether they are deleted.
  /// - Returns: how much space is free then; nil if `decide` says no.
  package func delete(
    _ selectors: [String], decide: ([Manifest]) throws -> Bool
  ) throws -> DeleteOutcome? {
    try alone { opened in
      let deletion = Deletion(project, opened.store)
      var manifests: [Manifest] = []
      for selector in selectors {
        let manifest = try opened.select(selector)
        try deletion.check(manifest)
        if !manifests.contains(where: { $0.id == manifest.id }) { manifests.append(manifest) }
      }
      guard try decide(manifests) else { return nil }
      for manifest in manifests { try opened.dropClones(of: manifest) }
      for manifest in manifests {
        try opened.logged(LoggedOperation(.delete)) {
          (try deletion.run([manifest]) { _ in }, .about(manifest.id))
        }
      }
      let freed = Result { try opened.collectGarbage(atOnce: true).removed.bytes }
      try Interruption.check()
      return DeleteOutcome(freed: freed)
    }
  }
}

extension OpenProject {
  /// Nothing else refers to a clone once its checkpoint is gone.
  fileprivate func dropClones(of manifest: Manifest) throws {
    guard let warm = try catalog.notes(manifest.id).warm else { return }
    do { try clones(recordedSources()).drop(manifest.id) } catch {
      try Interruption.check()
      session.listener.hear(.clonesStay(warm.map(\.database), error))
    }
  }
}
