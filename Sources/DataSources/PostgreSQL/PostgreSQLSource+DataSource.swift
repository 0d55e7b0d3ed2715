// A PostgreSQL database as a data source, and the choice between the ways of restoring it.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres

extension PostgreSQLSource: DataSource {
  package var label: String { "\(located.parameters)" }
  package var isRecorded: Bool { located.isRecorded }
  package var secrets: [String] { [located.parameters.values["password"]].compactMap { $0 } }

  package func openSnapshot() throws -> any DataSourceSnapshot {
    try DatabaseSnapshot(self)
  }

  package func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration {
    let named = named(for: context.token)
    if context.isResuming { try named.takeOver() }
    return try named.restoration(record, DatabaseContext(context))
  }

  package func holdsSame(_ one: SourceRecord, as other: SourceRecord, in store: Store) throws -> Bool {
    let (first, second) = (
      try DatabaseDocument(of: one, in: store), try DatabaseDocument(of: other, in: store)
    )
    return try first.isSameDatabase(as: second) && ArchiveComparison.isSame(first, second, in: store)
  }

  private func restoration(_ record: SourceRecord, _ context: DatabaseContext) throws -> any SourceRestoration
  {
    let access = try ServerAccess(self, isResuming: context.isResuming)
    if let retained = record.retained, try record.document == nil || isThere(retained, access, context) {
      if let live = retained.live, !live.hasSameBytes(as: access.live) {
        throw DatabaseProblem.otherDatabase(recorded: live, present: access.live)
      }
      return try SwapRestoration(.retained(retained), record: record, access: access, context: context)
    }
    let (document, request) = (try DatabaseDocument(of: record, in: context.store), context.request)
    if !request.isForced && request.destination == nil { try access.check(binding: document) }
    // Rights may have been granted or revoked since it began.
    var obstacle = try context.begun == nil ? access.swapObstacle() : nil
    let swaps = context.begun.map(SwapRestoration.isState) ?? (obstacle == nil)
    if let clone = context.clone, request.isWhole, swaps, document.isDatabase,
      try access.condition(of: clone) == .intact
    {
      return try SwapRestoration(.warm(document, clone), record: record, access: access, context: context)
    }
    // The other ways work through the database itself.
    if !swaps { access.maintenance.close() }
    if request.part.contents == .data || document.selection?.rowsOf?.contents == .data {
      return try DataRestoration(document, access: access, context: context)
    }
    if !context.isResuming { try access.checkProvides(document, for: request) }
    if let part = request.part.isSelective ? request.part : document.selection?.part {
      return try PartRestoration(document, part, access: access, context: context)
    }
    if swaps && context.begun == nil {
      try access.checkReplaceable()
      let contents = try ArchiveContents.read(document, ChunkReader(context.store))
      obstacle =
        try ExtensionsToKeep(document, context.store, access).obstacle
        ?? access.ownerObstacle(contents, request) ?? access.obstacle(to: context.token)
    }
    if swaps && obstacle == nil {
      return try SwapRestoration(.recorded(document), record: record, access: access, context: context)
    }
    return try InPlaceRestoration(document, access: access, context: context, because: obstacle)
  }

  /// It already has the live name only if the process was killed after the swap.
  private func isThere(
    _ retained: RetainedDatabase, _ access: ServerAccess, _ context: DatabaseContext
  ) throws -> Bool {
    try (context.isResuming && access.liveOID == retained.oid)
      || access.holds(retained)
  }

  /// Ends what a killed process left running on the server, and opens the database if it was left closed.
  private func takeOver() throws {
    let access = try ServerAccess(self, isResuming: true)
    let deadline = MonotonicTime.now + Double(limits.lock)
    let name = located.parameters.values["application_name"]
    while MonotonicTime.now < deadline {
      let ended = try access.maintenanceConnection().query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()",
        [name])
      if ended.isEmpty { break }
      usleep(20_000)
    }
    // If the right to do that is missing, a later step reports it.
    do { try access.reopen(access.live) } catch let error as DatabaseError where error.isPermission {}
  }
}
