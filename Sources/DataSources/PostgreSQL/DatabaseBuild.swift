// Makes a database from a checkpoint beside all others: schema, rows, everything else, statistics,
// properties. Either it is whole and equal to what was recorded, or it is dropped.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres

struct DatabaseBuild {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: RestoreContext
  private let programs: ClientPrograms

  init(_ document: DatabaseDocument, access: ServerAccess, context: RestoreContext) throws {
    (self.document, self.access, self.context) = (document, access, context)
    programs = try ClientPrograms.locate(
      serverMajor: access.serverMajor, prefix: access.source.located.clientPrefix)
  }

  /// - Parameter name: a name of ours; what an interrupted attempt left under it is dropped.
  func build(_ name: String) throws {
    try access.drop(name)
    let maintenance = try access.maintenanceConnection()
    try maintenance.execute(document.database.creation(as: name, serverMajor: access.serverMajor))
    do {
      try fill(name)
    } catch {
      let cause = error
      Interruption.shielded { try? access.drop(name) }
      throw cause
    }
  }

  private func fill(_ name: String) throws {
    let limits = access.source.limits
    let parameters = access.parameters.with(database: name)
    let tables = try RowLoad.tables(of: document, in: context.store)
    let cores = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let archive = try ArchiveRestore(
      document, programs: programs, limits: limits, store: context.store, token: context.token)
    context.progress.update("restore schema", done: 0, total: nil, unit: .items)
    try archive.restore(["--section=pre-data"], into: parameters, jobs: 1)
    context.progress.finish("restore schema")
    try RowLoad(
      store: context.store, encoding: document.database.encoding, tables: tables, progress: context.progress
    ).run(jobs: min(limits.jobs, cores)) { try Connection.open(parameters, timeout: limits.connect) }
    context.progress.update("build indexes", done: 0, total: nil, unit: .items)
    try archive.restore(["--section=data", "--section=post-data"], into: parameters, jobs: min(limits.jobs, cores))
    context.progress.finish("build indexes")
    try analyze(parameters, tables, jobs: min(limits.jobs, cores))
    _ = try document.database.apply(to: name, access.maintenanceConnection())
  }

  /// Statistics are in no dump; without them the first queries after a rollback would be planned blindly.
  private func analyze(_ parameters: ConnectionParameters, _ tables: [RowLoad.Table], jobs: Int) throws {
    let work = WorkQueue(tables.filter { !$0.list.chunks.isEmpty }.sorted { $0.list.byteCount > $1.list.byteCount })
    let connectTimeout = access.source.limits.connect
    context.progress.update("analyze", done: 0, total: nil, unit: .items)
    try Threads.concurrently(
      (0..<jobs).map { _ in
        { @Sendable in
          let connection = try Connection.open(parameters, timeout: connectTimeout)
          try connection.execute("SET synchronous_commit = off")
          while let table = work.next() {
            try connection.execute(script: Array("ANALYZE \(table.name.quoted)".utf8))
          }
        }
      })
    context.progress.finish("analyze")
  }
}
