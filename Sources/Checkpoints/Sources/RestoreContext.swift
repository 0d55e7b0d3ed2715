// What a source is told of the operation that restores it.

import ChunkStore

package struct RestoreContext: Sendable {
  package var store: Store
  /// Unique to the operation; names of temporary things are made from it.
  package var token: String
  /// Another process began this and was killed; it may have left the live contents closed.
  package var isResuming: Bool
  package var progress: any ProgressReporter
  /// What of the source comes back, and how.
  package var request: SourceRequest
  /// A copy of the record's contents that only has to be put in place.
  package var clone: WarmClone?
  /// Whether the record was really restored once, and everything compared.
  package var isProven = false
  /// What the journal knows of an operation that is taken up again: it goes on in the way in which it was begun.
  package var begun: RestoreState?

  package init(
    store: Store, token: String, isResuming: Bool = false, progress: any ProgressReporter,
    request: SourceRequest = SourceRequest()
  ) {
    (self.store, self.token, self.isResuming) = (store, token, isResuming)
    (self.progress, self.request) = (progress, request)
  }
}
