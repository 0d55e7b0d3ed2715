// Makes a database from a checkpoint beside all others: extensions, schema, rows, everything else, statistics,
// properties. Either it is whole and equal to what was recorded, or it is dropped.

import Checkpoints
import ChunkStore
import FileSystem
import Glibc
import Postgres
import Synchronization

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
  /// - Throws: `DatabaseProblem.notRestorable` if something cannot be made and the request does not allow that.
  func build(_ name: String) throws -> RestoreOutcome {
    try access.dropAbandoned()
    try access.drop(name)
    let maintenance = try access.maintenanceConnection()
    try maintenance.execute(document.database.creation(as: name, serverMajor: access.serverMajor))
    // At once, because the schema public belongs to whoever owns the database.
    try document.database.giveToOwner(name, maintenance)
    do {
      let outcome = try fill(name)
      try outcome.require(context.request.allowsPartial == true)
      let isWhole = context.request.isWhole && outcome.unrestored.isEmpty
      if outcome.isRepaired && isWhole { try compare(name, outcome) }
      try access.makeDurable(name)
      return outcome
    } catch {
      let cause = error
      access.clear(name, after: cause)
      throw cause
    }
  }

  /// What did not go the plain way is looked at as a whole: nothing may be missing of which no program has said so.
  private func compare(_ name: String, _ outcome: RestoreOutcome) throws {
    let differences = try RestoredComparison(document, access, in: context.store).differences(
      to: name, outcome)
    if !differences.isEmpty { throw DatabaseProblem.mismatch(differences) }
  }

  private func fill(_ name: String) throws -> RestoreOutcome {
    let parameters = access.parameters.with(database: name)
    let connection = try Connection.open(parameters, timeout: access.source.limits.connect)
    let isSuperuser = try connection.query("SELECT current_setting('is_superuser')").first?[0] == "on"
    var outcome = RestoreOutcome()
    let part = context.request.part
    let chosen = try chosenEntries(part, &outcome.notes)
    let bound = try ExtensionsOfOneDatabase(document, context.store, connection)
    let preparation = try RestorePreparation(
      document, only: chosen, part, without: bound, isSuperuser: isSuperuser, store: context.store, connection
    )
    outcome += bound.outcome
    outcome += preparation.outcome
    let archive = try ArchiveRestore(
      document, preparation.edits, context.request, programs: programs, limits: access.source.limits,
      store: context.store)
    try takeAway(connection)
    context.progress.update("restore schema", done: 0, total: nil, unit: .items)
    let definitions = Definitions(
      document: document, preparation: preparation, archive: archive, parameters: parameters,
      connection: connection,
      store: context.store)
    outcome += try definitions.restore(isSuperuser)
    context.progress.finish("restore schema")
    outcome += try contents(parameters, archive, definitions, bound, connection, isSuperuser)
    try analyzeExpressions(connection)
    outcome.notes += try document.database.apply(to: name, access.maintenanceConnection())
    return outcome
  }

  /// Rows, and what is made after them.
  private func contents(
    _ parameters: ConnectionParameters, _ archive: ArchiveRestore, _ definitions: Definitions,
    _ bound: ExtensionsOfOneDatabase, _ connection: Connection, _ isSuperuser: Bool
  ) throws -> RestoreOutcome {
    let part = context.request.part
    let limits = access.source.limits
    let jobs = min(limits.jobs, max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    let isEverything = part == DatabasePart()
    var load = RowLoad(
      store: context.store, encoding: document.database.encoding,
      tables: try RowLoad.tables(of: document, part, in: context.store), progress: context.progress,
      isProven: context.isProven && access.serverVersion == document.server.version)
    load.searchPath = document.searchPath
    var (extensionRows, viewRows) = (load, load)
    extensionRows.tables = try RowLoad.supplements(of: document, areViews: false, in: context.store).filter {
      !bound.owns($0.name)
    }
    viewRows.tables = try RowLoad.supplements(of: document, areViews: true, in: context.store)
    var outcome = RestoreOutcome()
    let extensions = ExtensionRows(load: extensionRows, document: document, connection: connection)
    if isEverything { outcome += try extensions.restore() }
    let views = ViewRows(load: viewRows, store: context.store, connection: connection)
    let areFilled = isEverything && isSuperuser
    let progress = context.progress
    let failures = Mutex<[Int: String]>([:])
    outcome += try load.run(jobs: jobs, connect: { try Connection.open(parameters, timeout: limits.connect) })
    {
      progress.update("build indexes", done: 0, total: nil, unit: .items)
      if areFilled { try views.fill() }
      let failed = try archive.restore(
        ["--section=data", "--section=post-data"], into: parameters, jobs: jobs)
      failures.withLock { $0 = failed.messages }
      progress.finish("build indexes")
    }
    outcome += try definitions.repair("post-data", failures.withLock { $0 })
    if areFilled { try views.fill() }
    // Columns may name indexes, which are there only now.
    outcome += try LateLoad(load: load, searchPath: document.searchPath, connection: connection).finish(
      &outcome.refused)
    if isEverything {
      try extensions.restoreSequences()
      if !isSuperuser && !viewRows.tables.isEmpty {
        outcome.notes += try views.stale().map(Self.staleNote)
        // What fills a view may take numbers.
        outcome += try definitions.repairSequences()
      }
      outcome.notes += try KeyTriggers(document).apply(connection, isInTransaction: false)
    }
    return outcome
  }

  private static func staleNote(_ view: TableName) -> String {
    "the materialized view \(view.display) was not up to date and is now: only a superuser can bring its old rows back"
  }

  /// What every new database has and the recorded one had not any more: no archive says so.
  private func takeAway(_ connection: Connection) throws {
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
  private func analyzeExpressions(_ connection: Connection) throws {
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
    for table in tables { try connection.analyze(table, searchPath: document.searchPath) }
  }
}
