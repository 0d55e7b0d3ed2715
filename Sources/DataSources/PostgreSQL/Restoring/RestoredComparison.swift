// Compares a restored database with what was recorded, except the rows of its tables: its catalogs, the contents of its
// extensions, materialized views, and, with pg_dump, values of sequences and large objects.

import Checkpoints
import ChunkStore
import Postgres

struct RestoredComparison {
  private let document: DatabaseDocument
  private let access: ServerAccess
  private let store: Store

  init(_ document: DatabaseDocument, _ access: ServerAccess, in store: Store) {
    (self.document, self.access, self.store) = (document, access, store)
  }

  /// Compares its catalogs, and the contents of its extensions and materialized views.
  /// - Parameter connection: to a database that no other session changes meanwhile.
  /// - Returns: what differs, for people; nothing for a checkpoint of a version that recorded no picture.
  func catalogDifferences(_ connection: Connection, _ outcome: RestoreOutcome) throws -> [String] {
    guard let recorded = try CatalogPicture(document, ChunkReader(store)) else { return [] }
    var omitted: (ArchiveContents) -> Set<Int> = { _ in [] }
    return try catalogDifferences(recorded, connection, outcome, &omitted)
  }

  /// Compares the same, and values of sequences and large objects.
  /// - Parameters:
  ///   - database: a database that no other session changes meanwhile.
  ///   - outcome: what may differ.
  /// - Returns: what differs, for people.
  func differences(to database: String, _ outcome: RestoreOutcome) throws -> [String] {
    guard let recorded = try CatalogPicture(document, ChunkReader(store)) else {
      return try ArchiveComparison(access, in: store).differences(
        between: document, and: database, onlyData: false)
    }
    var omitted: (ArchiveContents) -> Set<Int> = { _ in [] }
    let differences = try catalogDifferences(recorded, access.connect(to: database), outcome, &omitted)
    // pg_dump also needs a connection.
    access.maintenance.close()
    return try differences
      + ArchiveComparison(access, in: store).differences(
        between: document, and: database, onlyData: true, without: omitted)
  }

  /// - Parameter omitted: receives the archive's entries that were deliberately left out.
  private func catalogDifferences(
    _ recorded: CatalogPicture, _ connection: Connection, _ outcome: RestoreOutcome,
    _ omitted: inout (ArchiveContents) -> Set<Int>
  ) throws -> [String] {
    let selection = document.selection ?? DatabaseSelection()
    let present = try CatalogPicture(
      connection,
      .init(
        schemas: DatabaseCatalog.schemas(of: selection, connection),
        excluded: DatabaseCatalog.excluded(by: selection, connection).map(\.oid)),
      hasMembers: recorded.hasMembers)
    var differences = recorded.differences(to: present).filter { !outcome.excuses($0) }.map(\.description)
    if selection.isOfWholeDatabase {
      let extensions = ExtensionRestoration(document: document, store: store, connection: connection)
      if !recorded.hasMembers {
        differences += try extensions.remainingDifferences(without: outcome.missingExtensions)
      }
      differences += try extensions.sequenceDifferences(without: outcome.missingExtensions)
    }
    let bound =
      try outcome.missingExtensions.isEmpty
      ? nil
      : ExtensionsOfOneDatabase(
        document, store, connection, orOfSuperusers: true)
    if let bound { omitted = bound.entries }
    return try differences + supplementDifferences(connection) { bound?.owns($0) == true }
  }

  /// Views that only a superuser could fill are reported by the restoration itself.
  private func supplementDifferences(
    _ connection: Connection, without isLeftOut: (TableName) -> Bool
  ) throws -> [String] {
    let isSuperuser = try connection.isSuperuser
    let load = RowLoad(
      store: store, encoding: document.database.encoding, tables: [], progress: SilentProgress())
    return try [false, true].flatMap { areViews -> [String] in
      if areViews && !isSuperuser { return [] }
      return try RowLoad.supplements(of: document, areViews: areViews, in: store).filter { table in
        if isLeftOut(table.name) { return false }
        let isThere = try connection.query("SELECT to_regclass($1) IS NOT NULL", [table.name.quoted]).first?[
          0]
        guard isThere == "t" else { return true }
        return try load.fingerprint(of: table.name, table.columns, connection, isView: areViews)
          != table.list.fingerprint
      }.map { "\($0.name.display) holds other rows" }
    }
  }
}
