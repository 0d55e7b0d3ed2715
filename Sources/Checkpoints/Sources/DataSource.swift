// What something outside git must be able to do to be part of a checkpoint: fix a moment, copy its contents into the store,
// and be restored in two steps, of which the first touches nothing that is in use.

import ChunkStore

package protocol DataSource: Sendable {
  /// The name in manifests; unique in a project.
  var name: String { get }
  /// The name of its kind, such as “postgresql”: it is in manifests and never changes.
  var type: String { get }
  /// “shop on localhost:5432”, never with a password.
  var label: String { get }
  /// Whether checkpoints record it; if not, it is only a place to restore to.
  var isRecorded: Bool { get }
  /// Texts that must not be readable in anything that checkpoints keep, such as the password that leads there.
  var secrets: [String] { get }
  /// Connects to the source, or does whatever else is needed, and reports what is there.
  func outlook() throws -> SourceOutlook
  /// What interrupted restores left on the server.
  /// - Parameter token: of an operation that is to be continued and needs what it left.
  func leftovers(except token: String?) throws -> [Leftover]
  /// Fixes the moment that `capture` will record.
  func openSnapshot() throws -> any DataSourceSnapshot
  /// Whether two records have the same contents, no matter when and how they were taken.
  func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool
  /// Prepares to restore a record. Throws for everything that can be known beforehand to make it fail.
  func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration
}

extension DataSource {
  package var isRecorded: Bool { true }
  package var secrets: [String] { [] }
  package func leftovers(except token: String?) throws -> [Leftover] { [] }

  /// The default: for documents that depend only on the contents.
  package func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool {
    one.document != nil && one.document == other.document
  }
}

/// One fixed moment of a source. It may be captured on another thread.
package protocol DataSourceSnapshot: Sendable {
  func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord
}
