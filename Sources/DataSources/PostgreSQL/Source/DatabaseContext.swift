// What the restoration of a database is told: the operation, and the request with PostgreSQL's own options.

import Checkpoints
import ChunkStore

struct DatabaseContext: Sendable {
  var store: Store
  /// Unique to the operation; names of temporary things are made from it.
  var token: String
  /// Another process began this and was killed; it may have left the live database closed.
  var isResuming = false
  var progress: any ProgressReporter
  var request = DatabaseRequest()
  /// A database that holds the record's contents already.
  var clone: WarmClone?
  /// Whether the record was really restored once, and every row compared.
  var isProven = false
  /// What the journal knows of an operation that is taken up again: it goes on in the way in which it was begun.
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
