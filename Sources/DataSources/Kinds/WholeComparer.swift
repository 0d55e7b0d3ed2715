// Compares sources of kinds that cannot compare parts: whether their contents are the same, and how many there are of what
// they count.

import Checkpoints
import ChunkStore

package final class WholeComparer: SourceComparer {
  private let store: Store
  private let options: ComparisonOptions

  package init(_ store: Store, _ options: ComparisonOptions) {
    self.store = store
    self.options = options
  }

  package func changes(
    _ name: String, from before: SourceRecord?, to after: SourceRecord?
  ) -> DatabaseChanges {
    var changes = DatabaseChanges(
      name: name, before: before.map { .init($0) }, after: after.map { .init($0) })
    changes.noun = (after ?? before)?.noun
    if let before, let after, before.type == after.type {
      let isSame = before.document != nil && before.document == after.document
      changes.remarks = [isSame ? "its contents are the same" : "its contents differ"]
    }
    return changes
  }

  package func changes(
    _ name: String, from before: SourceRecord?, toPresent source: (any DataSource)?
  ) throws -> DatabaseChanges {
    try changes(name, from: before, to: source.map(present))
  }

  /// The record of a source as it is now, as for a checkpoint.
  private func present(of source: any DataSource) throws -> SourceRecord {
    let session = try ChunkSession(store, keepsNothing: true, isForComparing: true)
    defer { session.end() }
    return try source.openSnapshot().capture(into: session, progress: options.progress)
  }

  package func open(_ record: SourceRecord) {}

  package func mayHold(_ pattern: String) -> Bool { false }
}
