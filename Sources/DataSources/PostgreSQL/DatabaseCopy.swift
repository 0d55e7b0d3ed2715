// A checkpoint's database restored under another name: for looking into, for comparing, for staging.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

package struct DatabaseCopy {
  private let source: PostgreSQLSource
  private let store: Store
  private let progress: any ProgressReporter

  package init(_ source: PostgreSQLSource, store: Store, progress: any ProgressReporter) {
    (self.source, self.store, self.progress) = (source, store, progress)
  }

  /// - Parameter replacing: swap it with a database that has the name already.
  /// - Returns: the name under which that one is kept.
  package func make(_ name: String, from record: SourceRecord, replacing: Bool) throws -> String? {
    let document = try PostgreSQLSource.document(of: record, in: store)
    let access = try ServerAccess(source)
    try access.checkCanCreate()
    let isThere = try access.oid(of: name) != nil
    if isThere && !replacing { throw DatabaseProblem.targetExists(name) }
    if name == access.live { throw DatabaseProblem.targetIsLive(name) }
    let token = "\(SystemClock().now().compact)_\(String(UInt16.random(in: 0 ... .max), radix: 16))"
    let context = RestoreContext(
      store: store, token: token, isResuming: false, removesOthers: false, isLeftAlone: { _ in false },
      progress: progress)
    let build = try DatabaseBuild(document, access: access, context: context)
    guard isThere else {
      // Under its final name only once it is whole.
      let temporary = access.derivedName("restoring", token: token)
      try build.build(temporary)
      try access.shutOut(temporary)
      let rename = "ALTER DATABASE \(temporary.asIdentifier) RENAME TO \(name.asIdentifier)"
      try access.maintenanceConnection().execute(rename)
      try access.setConnections(allowed: true, to: name)
      return nil
    }
    let temporary = access.derivedName("restoring", token: token)
    let kept = access.derivedName("replaced", token: token)
    try build.build(temporary)
    do { try access.swap(incoming: temporary, live: name, aside: kept) } catch {
      try? access.drop(temporary)
      throw error
    }
    return kept
  }
}
