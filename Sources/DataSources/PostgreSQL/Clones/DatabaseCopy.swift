// Restores a checkpoint's database under another name, for the user to look into or to compare.

import Checkpoints
import ChunkStore
import FileSystem

package struct DatabaseCopy {
  private let source: PostgreSQLSource
  private let request: DatabaseRequest
  private let store: Store
  private let progress: any ProgressReporter

  package init(
    _ source: PostgreSQLSource, _ request: DatabaseRequest, store: Store, progress: any ProgressReporter
  ) {
    (self.source, self.request, self.store, self.progress) = (source, request, store, progress)
  }

  /// - Parameter replacing: whether it is swapped with an existing database of that name.
  /// - Returns: the name under which the existing one is kept, and what was restored differently or not at all.
  package func make(_ name: String, from record: SourceRecord, replacing: Bool) throws -> (
    kept: String?, notes: [String], unrestored: [Unrestored]
  ) {
    let document = try DatabaseDocument(of: record, in: store)
    let token = source.newToken()
    let access = try ServerAccess(source.named(for: token))
    try access.checkCanCreate()
    try access.checkProvides(document, for: request)
    guard (1...63).contains(name.utf8.count) else { throw DatabaseProblem.invalidName(name) }
    if name == access.live && access.liveOID != nil { throw DatabaseProblem.targetIsLive(name) }
    if try access.isSystem(name) { throw DatabaseProblem.targetIsSystem(name) }
    let isThere = try access.oid(of: name) != nil
    if isThere && !replacing { throw DatabaseProblem.targetExists(name) }
    let context = DatabaseContext(
      store: store, token: token, progress: progress, request: request)
    // It gets its final name only once it is complete.
    let temporary = access.derivedName(.restoring, token: token)
    let kept = access.derivedName(.replaced, token: token)
    let outcome = try DatabaseBuild(document, access: access, context: context).build(temporary)
    do {
      if isThere {
        try access.checkSwappable(incoming: temporary, live: name)
        try access.swap(incoming: temporary, live: name, aside: kept)
      } else {
        try access.rename(temporary, to: name)
      }
    } catch {
      let cause = error
      Interruption.shielded { try? access.drop(temporary) }
      throw cause
    }
    return (isThere ? kept : nil, outcome.notes, outcome.unrestored)
  }
}
