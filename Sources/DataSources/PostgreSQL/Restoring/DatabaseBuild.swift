// Makes a separate database from a checkpoint: extensions, schema, rows, everything else, statistics, properties. Either it
// is complete and equal to what was recorded, or it is dropped.

import Checkpoints
import ChunkStore
import FileSystem
import Postgres

struct DatabaseBuild {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let context: DatabaseContext
  private let programs: ClientPrograms
  /// Whether it is only for a trial, without what only the live database can have.
  private let isTrial: Bool

  init(
    _ document: DatabaseDocument, access: ServerAccess, context: DatabaseContext, isTrial: Bool = false
  ) throws {
    (self.document, self.access, self.context, self.isTrial) = (document, access, context, isTrial)
    programs = try access.clientPrograms()
  }

  /// - Parameter name: a name of ours; a database that an interrupted attempt left under it is dropped.
  /// - Throws: `DatabaseProblem.notRestorable` if something cannot be made and the request does not allow that.
  func build(_ name: String) throws -> RestoreOutcome {
    try access.dropAbandoned()
    try access.drop(name)
    let maintenance = try access.maintenanceConnection()
    let tablespaces = try Tablespaces(maintenance)
    try maintenance.execute(
      document.database.creation(as: name, serverMajor: access.serverMajor, tablespaces))
    // Immediately, because the schema public belongs to the database's owner.
    try document.database.giveToOwner(name, maintenance)
    do {
      var outcome = try fill(name)
      let place = document.database.tablespace
      if tablespaces.lacks(Array(place.utf8)) { outcome.notes.append(Tablespaces.note(place)) }
      try outcome.require(context.request.allowsPartial == true)
      if context.request.isWhole && outcome.unrestored.isEmpty { try compare(name, &outcome) }
      try access.makeDurable(name)
      return outcome
    } catch {
      let cause = error
      access.clear(name, after: cause)
      throw cause
    }
  }

  /// Requires that nothing is missing or different without a report. If anything needed a detour, the whole database is
  /// compared. A server of another version describes the same objects differently, so it is not.
  private func compare(_ name: String, _ outcome: inout RestoreOutcome) throws {
    let comparison = RestoredComparison(document, access, in: context.store)
    var differences: [String] = []
    if outcome.isRepaired {
      differences = try comparison.differences(to: name, outcome)
    } else if !context.isProven && access.serverMajor == document.server.major {
      // The role may have a limit of connections.
      access.maintenance.close()
      differences = try comparison.catalogDifferences(access.connect(to: name), outcome)
    }
    if differences.isEmpty { return }
    outcome.unrestored += differences.map {
      Unrestored(what: $0, statement: nil, reason: "it came back differently")
    }
    try outcome.require(context.request.allowsPartial == true)
  }

  private func fill(_ name: String) throws -> RestoreOutcome {
    let (parameters, limits) = (access.parameters.with(database: name), access.source.limits)
    let connect: @Sendable () throws -> Connection = {
      try Connection.open(parameters, timeout: limits.connect)
    }
    // A server still counts a session for a moment after it has ended.
    let needed: @Sendable () throws -> Connection = { try ConnectionSupply.awaitingRoom { try connect() } }
    var outcome = RestoreOutcome()
    let (definitions, bound, isSuperuser) = try prepare(needed(), parameters, &outcome)
    // The role may have a limit of connections.
    access.maintenance.close()
    context.progress.update("restore schema", done: 0, total: nil, unit: .items)
    outcome += try definitions.restore(isSuperuser, needed)
    context.progress.finish("restore schema")
    outcome += try ContentsAside(
      document: document, access: access, context: context, definitions: definitions, bound: bound,
      isSuperuser: isSuperuser, connect: connect
    ).restore()
    try analyzeExpressions(needed())
    outcome.notes += try document.database.apply(to: name, access.maintenanceConnection())
    return outcome
  }

  private func prepare(
    _ connection: Connection, _ parameters: ConnectionParameters, _ outcome: inout RestoreOutcome
  ) throws -> (Definitions, ExtensionsOfOneDatabase, isSuperuser: Bool) {
    let (part, isSuperuser) = (context.request.part, try connection.isSuperuser)
    let chosen = try chosenEntries(part, &outcome.notes)
    let bound = try ExtensionsOfOneDatabase(document, context.store, connection, orOfSuperusers: isTrial)
    let others = try isTrial ? OthersObjects.left(by: document, access, context) : nil
    let preparation = try RestorePreparation(
      document, only: chosen, part, without: bound, others, missingRoles: access.missingRoles(document),
      fillsViews: isSuperuser && part == DatabasePart(), store: context.store, connection)
    outcome += bound.outcome(isTrial: isTrial)
    outcome += others?.outcome ?? RestoreOutcome()
    outcome += preparation.outcome
    let archive = try ArchiveRestore(
      document, preparation.edits, context.request, programs: programs, limits: access.source.limits,
      store: context.store)
    try takeAway(connection)
    let definitions = Definitions(
      document: document, preparation: preparation, archive: archive, parameters: parameters,
      store: context.store)
    return (definitions, bound, isSuperuser)
  }

  /// Drops what every new database has and the recorded one no longer had, which no archive shows.
  private func takeAway(_ connection: Connection) throws {
    for name in try DatabaseCatalog.extensions(connection) where !document.extensions.contains(name) {
      // If the right is missing, an additional extension does no harm.
      do { try connection.execute("DROP EXTENSION \(name.asIdentifier)") } catch {
        guard error.isPermission else { throw error }
      }
    }
    if document.lacksPublicSchema == true { try connection.execute("DROP SCHEMA \"public\"") }
  }

  /// The entries of a part in a database of its own, which include the extensions and schemas that its tables need.
  private func chosenEntries(_ part: DatabasePart, _ leftOut: inout [String]) throws -> Set<Int>? {
    if part == DatabasePart() { return nil }
    let contents = try ArchiveContents.read(document, ChunkReader(context.store))
    var selection = contents.selection(part)
    if part.isSelective {
      let standalone = contents.standalone(selection)
      (selection.dumpIDs, leftOut) = (standalone.kept, standalone.leftOut.map { "left out: \($0)" })
      selection.addExtensions(in: contents)
    }
    selection.adjustSchemas(present: [ExactText("public")], in: contents)
    return selection.dumpIDs
  }

  /// Gathers statistics that can exist only after their index or statistics object: for expressions, groups of columns,
  /// materialized views.
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
