// What a thing beside git must be able to do to belong to a checkpoint: fix a moment, give its contents
// to the store, and come back in two steps, of which the first touches nothing that is in use.

import ChunkStore

package protocol DataSource: Sendable {
  /// The name in manifests; one of each name in a project.
  var name: String { get }
  /// Of its kind, such as “postgresql”: it stands in manifests and never changes.
  var type: String { get }
  /// “shop on localhost:5432”, never with a password.
  var label: String { get }
  /// Whether checkpoints record it; otherwise it is only a place to restore to.
  var isRecorded: Bool { get }
  /// What nobody may read in what checkpoints keep, such as the password that leads there.
  var secrets: [String] { get }
  /// Connects, or whatever it takes, and says what is there.
  func outlook() throws -> SourceOutlook
  /// What restores left where the source lives.
  /// - Parameter token: of an operation that is to be continued, which needs what it left.
  func leftovers(except token: String?) throws -> [Leftover]
  /// Fixes the moment that `capture` will record.
  func openSnapshot() throws -> any DataSourceSnapshot
  /// Whether two records hold the same contents, whatever they say of when and how they were taken.
  func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool
  /// Prepares to bring a record back. Throws for everything that can be known to fail beforehand.
  func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration
}

extension DataSource {
  package var isRecorded: Bool { true }
  package var secrets: [String] { [] }
  package func leftovers(except token: String?) throws -> [Leftover] { [] }

  /// For documents that say nothing but contents.
  package func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool {
    one.document != nil && one.document == other.document
  }
}

/// One fixed moment of a source. It may be handed to another thread, which captures it.
package protocol DataSourceSnapshot: Sendable {
  func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord
}
