// Extensions that can only stay where they are, because a database that is made beside the live one cannot have them. Then the live
// one is restored in place.

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
    // What is in the live database as it was recorded stays; anything else has to be made either way.
    let present = try Set(DatabaseCatalog.extensions(connection))
    let names = try ExtensionsOfOneDatabase.ofSuperusers(connection).filter {
      present.contains($0) && document.extensions.contains($0)
    }
    obstacle = names.isEmpty ? nil : .superusersExtensions(Array(names))
  }
}
