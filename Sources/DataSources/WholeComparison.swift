// Compares sources of kinds that cannot compare parts: whether their contents are the same, and how many there are of what
// they count.

import Checkpoints
import ChunkStore

package enum WholeComparison {
  /// - Parameter names: sources that were already compared part by part.
  package static func changes(
    from before: [SourceRecord], to after: [SourceRecord], except names: Set<String>
  ) -> [DatabaseChanges] {
    Set((before + after).map(\.name)).subtracting(names).sorted().map { name in
      let (old, new) = (before.first { $0.name == name }, after.first { $0.name == name })
      var changes = DatabaseChanges(name: name, before: old.map { .init($0) }, after: new.map { .init($0) })
      changes.noun = (new ?? old)?.noun
      if let old, let new, old.type == new.type {
        let isSame = old.document != nil && old.document == new.document
        changes.remarks = [isSame ? "its contents are the same" : "its contents differ"]
      }
      return changes
    }
  }

  /// The record of a source as it is now, as for a checkpoint. Nothing stays in the store.
  package static func present(
    of source: any DataSource, in store: Store, progress: any ProgressReporter
  ) throws -> SourceRecord {
    let session = try ChunkSession(store, keepsNothing: true, isForComparing: true)
    defer { session.abort() }
    return try source.openSnapshot().capture(into: session, progress: progress)
  }
}
