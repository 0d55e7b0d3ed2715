// What a thing beside git must be able to do to belong to a checkpoint: fix a moment, give its contents
// to the store, and come back in two steps, of which the first touches nothing that is in use.

import ChunkStore
import FileSystem

package protocol DataSource: Sendable {
  /// The name in manifests; one of each name in a project.
  var name: String { get }
  /// “postgresql”, “files”
  var type: String { get }
  /// Fixes the moment that `capture` will record.
  func openSnapshot() throws -> any DataSourceSnapshot
  /// Whether two records hold the same contents, whatever they say of when and how they were taken.
  func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool
  /// Prepares to bring a record back. Throws for everything that can be known to fail beforehand.
  func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration
}

extension DataSource {
  /// For documents that say nothing but contents.
  package func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool {
    one.document != nil && one.document == other.document
  }
}

/// One fixed moment of a source. It may be handed to another thread, which captures it.
package protocol DataSourceSnapshot: Sendable {
  func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord
}

package struct RestoreContext: Sendable {
  package var store: Store
  /// Unique to the operation; names of temporary things are made from it.
  package var token: String
  /// Another process began this and was killed; it may have left the live contents closed.
  package var isResuming: Bool
  package var progress: any ProgressReporter
  /// What of databases comes back, and how.
  package var request: DatabaseRequest
  /// A database that holds the record's contents already.
  package var clone: WarmClone?
  /// Whether the record was really restored once, and every row compared.
  package var isProven = false
  /// What the journal knows of an operation that is taken up again: it goes on in the way in which it was begun.
  package var begun: RestoreState?

  /// Of names of files that are being written beside their places.
  package static func temporaryPrefix(token: String) -> BytePath { BytePath(".\(token).") }

  package init(
    store: Store, token: String, isResuming: Bool = false, progress: any ProgressReporter,
    request: DatabaseRequest = DatabaseRequest()
  ) {
    (self.store, self.token, self.isResuming) = (store, token, isResuming)
    (self.progress, self.request) = (progress, request)
  }
}

/// What a restoration must remember between its steps. It is kept in the journal, so that another
/// process can go on after a crash.
package typealias RestoreState = [String: String]

/// Restoring one source. Every step may be repeated, by another process and after a kill in its middle.
package protocol SourceRestoration {
  /// What it will do, in a few words, for the plan.
  var summary: String { get }
  /// The particulars, a line each.
  var details: [String] { get }
  /// How the present contents are kept; nil when the rescue checkpoint must capture them before.
  var rescueRecord: SourceRecord? { get }
  /// What the rescue captures instead of the whole source: the part that is replaced.
  var rescueSource: (any DataSource)? { get }
  /// Things people should know before they agree.
  var warnings: [String] { get }
  /// Whether `stage` is done at once, so that nothing need be looked for before it.
  var isInstant: Bool { get }
  /// Brings the contents back beside the live ones. Touches nothing live.
  func stage() throws -> RestoreState
  /// Asks once more what could keep `activate` from being done, before any source is activated.
  func recheck(_ state: RestoreState) throws
  /// Puts the staged contents in the place of the live ones.
  /// - Parameter rescue: the record of the contents before, where they were captured.
  func activate(_ state: RestoreState, rescue: SourceRecord?) throws
  /// Undoes `activate` if it happened, and removes what `stage` made, unless somebody may have used it.
  /// - Returns: what people should know.
  func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String]
  /// What was left out because it could not be made.
  func unrestored(_ state: RestoreState) -> [Unrestored]
  /// After everything succeeded: what can wait until the live contents are back. Its failure loses nothing.
  func finish(_ state: RestoreState) throws -> [String]
}

extension SourceRestoration {
  package var details: [String] { [] }
  package var isInstant: Bool { false }
  package var rescueSource: (any DataSource)? { nil }
  package func recheck(_ state: RestoreState) throws {}
  package func unrestored(_ state: RestoreState) -> [Unrestored] { [] }
}
