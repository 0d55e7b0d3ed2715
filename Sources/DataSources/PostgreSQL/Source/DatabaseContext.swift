// What the restoration of a database needs to know: the operation, and the request with PostgreSQL's own options.

import Checkpoints
import ChunkStore

struct DatabaseContext: Sendable {
  var store: Store
  /// Identifies the operation in the names of temporary things.
  var token: String
  /// Whether another process began this and was killed; it may have left the live database closed.
  var isResuming = false
  var progress: any ProgressReporter
  var request = DatabaseRequest()
  /// A database that already has the record's contents.
  var clone: WarmClone?
  /// Whether the record was once restored and every row compared.
  var isProven = false
  /// What the journal has about an operation that is continued: it must go on in the way in which it was begun.
  var begun: RestoreState?

  init(
    store: Store, token: String, progress: any ProgressReporter, request: DatabaseRequest = DatabaseRequest()
  ) {
    (self.store, self.token, self.progress, self.request) = (store, token, progress, request)
  }

  /// - Throws: `DecodingError` for options that are not a database's.
  init(_ context: RestoreContext) throws {
    self.init(
      store: context.store, token: context.token, progress: context.progress,
      request: try DatabaseRequest(context.request))
    (isResuming, clone) = (context.isResuming, context.clone)
    (isProven, begun) = (context.isProven, context.begun)
  }
}
