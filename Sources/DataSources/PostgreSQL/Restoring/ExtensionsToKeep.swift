// Extensions that can only stay where they are, because a database that is made beside the live one cannot have them. Then the live
// one is restored in place.

import Checkpoints
import ChunkStore
import Postgres

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
      obstacle = .extensions("this server allows \(bound.joined(separator: ", ")) in one database only")
      return
    }
    let trusted = connection.serverMajorVersion >= 13 ? "v.trusted" : "false"
    // What is in the live database as it was recorded stays; anything else has to be made either way.
    let names = try connection.query(
      """
      SELECT e.extname FROM pg_extension e JOIN pg_available_extension_versions v ON v.name = e.extname AND v.version = e.extversion
      WHERE v.superuser AND NOT \(trusted) AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) ORDER BY 1
      """
    ).compactMap { $0[0] }.filter(document.extensions.contains)
    obstacle =
      names.isEmpty
      ? nil : .extensions("only a superuser may create the extension \(names.joined(separator: ", "))")
  }
}
