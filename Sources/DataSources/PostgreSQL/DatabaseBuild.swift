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
    programs = try access.clientPrograms()
  }

  /// - Parameter name: a name of ours; what an interrupted attempt left under it is dropped.
  /// - Returns: what was left out, for people.
  func build(_ name: String) throws -> [String] {
    try access.dropAbandoned()
    try access.drop(name)
    let maintenance = try access.maintenanceConnection()
    try maintenance.execute(document.database.creation(as: name, serverMajor: access.serverMajor))
    // At once, because the schema public belongs to whoever owns the database.
    try document.database.giveToOwner(name, maintenance)
    do {
      let notes = try fill(name)
      try access.makeDurable(name)
      return notes
    } catch {
      let cause = error
      access.clear(name, after: cause)
      throw cause
    }
  }

  private func fill(_ name: String) throws -> [String] {
    let limits = access.source.limits
    let parameters = access.parameters.with(database: name)
    let part = context.request.part
    var leftOut: [String] = []
    let tables = try RowLoad.tables(of: document, part, in: context.store)
    let cores = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let archive = try ArchiveRestore(
      document, only: try chosenEntries(part, &leftOut), context.request, programs: programs, limits: limits,
      store: context.store)
    try takeAway(parameters)
    context.progress.update("restore schema", done: 0, total: nil, unit: .items)
    try archive.restore(["--section=pre-data"], into: parameters, jobs: 1)
    context.progress.finish("restore schema")
    let (progress, jobs) = (context.progress, min(limits.jobs, cores))
    try RowLoad(
      store: context.store, encoding: document.database.encoding, tables: tables, progress: progress,
      isProven: context.isProven && access.serverVersion == document.server.version
    ).run(
      jobs: jobs, connect: { try Connection.open(parameters, timeout: limits.connect) },
      afterLoading: {
        progress.update("build indexes", done: 0, total: nil, unit: .items)
        try archive.restore(["--section=data", "--section=post-data"], into: parameters, jobs: jobs)
        progress.finish("build indexes")
      })
    try analyzeExpressions(parameters)
    return try leftOut + document.database.apply(to: name, access.maintenanceConnection())
  }

  /// What every new database has and the recorded one had not any more: no archive says so.
  private func takeAway(_ parameters: ConnectionParameters) throws {
    let connection = try Connection.open(parameters, timeout: access.source.limits.connect)
    for name in try DatabaseCatalog.extensions(connection) where !document.extensions.contains(name) {
      // Without the right to do it an extension more does no harm.
      do { try connection.execute("DROP EXTENSION \(name.asIdentifier)") } catch {
        guard error.isPermission else { throw error }
      }
    }
    if document.lacksPublicSchema == true { try connection.execute("DROP SCHEMA \"public\"") }
  }

  /// A part in a database of its own needs the extensions and the schemas that its tables refer to.
  private func chosenEntries(_ part: DatabasePart, _ leftOut: inout [String]) throws -> Set<Int>? {
    if part == DatabasePart() { return nil }
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    var selection = contents.selection(part)
    if part.isSelective {
      let standalone = contents.standalone(selection)
      (selection.dumpIDs, leftOut) = (standalone.kept, standalone.leftOut.map { "left out: \($0)" })
      selection.addExtensions(in: contents)
    }
    selection.adjustSchemas(present: ["public"], in: contents)
    return selection.dumpIDs
  }

  /// Statistics that exist only once their index or statistics object does: of expressions, of groups of
  /// columns, of materialized views.
  private func analyzeExpressions(_ parameters: ConnectionParameters) throws {
    let connection = try Connection.open(parameters, timeout: access.source.limits.connect)
    try connection.execute("SET synchronous_commit = off")
    let tables = try connection.query(
      """
      SELECT DISTINCT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND (
        (c.relkind = 'm' AND c.relispopulated)
        OR EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indexprs IS NOT NULL)
        OR EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxrelid = c.oid))
      """
    ).compactMap { $0[0] }
    for table in tables { try connection.execute(script: Array("ANALYZE \(table)".utf8)) }
  }
}
