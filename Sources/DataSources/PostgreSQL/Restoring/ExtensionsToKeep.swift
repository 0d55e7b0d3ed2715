// Finds extensions that a separate database cannot have, so that they can only stay where they are. Then the live database
// is restored in place.

import ChunkStore

struct ExtensionsToKeep {
  /// nil if a new database can have all of them.
  let obstacle: ServerAccess.SwapObstacle?

  init(_ document: DatabaseDocument, _ store: Store, _ access: ServerAccess) throws {
    if access.liveOID == nil {
      obstacle = nil
      return
    }
    let connection = try access.source.connect()
    let bound = try ExtensionsOfOneDatabase(document, store, connection).names
    if !bound.isEmpty {
      obstacle = .oneDatabaseOnly(Array(bound))
      return
    }
    // Extensions that are in the live database as they were recorded stay; others must be created in any case.
    let present = try Set(DatabaseCatalog.extensions(connection))
    let names = try ExtensionsOfOneDatabase.ofSuperusers(connection).filter {
      present.contains($0) && document.extensions.contains($0)
    }
    obstacle = names.isEmpty ? nil : .superusersExtensions(Array(names))
  }
}
