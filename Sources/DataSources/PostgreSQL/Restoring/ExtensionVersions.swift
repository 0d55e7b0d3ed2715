// Extensions of a live database that have another version than recorded. No statement takes one back to an earlier version, so it
// is dropped, for the archive to make it anew.

import Postgres

struct ExtensionVersions {
  private let document: DatabaseDocument
  private let connection: Connection

  /// - Parameter connection: in a transaction that drops everything that is not an extension's, too.
  init(_ document: DatabaseDocument, _ connection: Connection) {
    (self.document, self.connection) = (document, connection)
  }

  /// - Returns: those that stay as they are, for people.
  func makeRoom() throws -> [String] {
    let recorded = document.extensionVersions ?? [:]
    return try DatabaseCatalog.extensionVersions(connection).sorted { $0.key < $1.key }.compactMap {
      name, version in
      guard let wanted = recorded[name], wanted != version else { return nil }
      do {
        try connection.attempt(isInTransaction: true) {
          try connection.execute("DROP EXTENSION \(name.asIdentifier) CASCADE")
        }
        return nil
      } catch let error as DatabaseError where error.isAboutStatement {
        return "the extension \(name) stays at version \(version), recorded was \(wanted): \(error.reason)"
      }
    }
  }
}
