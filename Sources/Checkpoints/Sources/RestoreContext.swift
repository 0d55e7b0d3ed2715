// What a source needs to know about the operation that restores it.

import ChunkStore

package struct RestoreContext: Sendable {
  package var store: Store
  /// Identifies the operation in the names of temporary things.
  package var token: String
  /// Whether another process began this and was killed; it may have left the live contents closed.
  package var isResuming: Bool
  package var progress: any ProgressReporter
  /// What is restored of the source, and how.
  package var request: SourceRequest
  /// A copy of the record's contents that only has to be put in place, if there is one.
  package var clone: WarmClone?
  /// Whether the record was once restored and compared in full.
  package var isProven = false
  /// What the journal has about an operation that is continued: it must go on in the way in which it was begun.
  package var begun: RestoreState?

  package init(
    store: Store, token: String, isResuming: Bool = false, progress: any ProgressReporter,
    request: SourceRequest = SourceRequest()
  ) {
    (self.store, self.token, self.isResuming) = (store, token, isResuming)
    (self.progress, self.request) = (progress, request)
  }
}
