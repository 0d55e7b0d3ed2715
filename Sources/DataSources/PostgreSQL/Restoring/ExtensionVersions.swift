// Drops extensions of a live database that were not recorded, or have another version than recorded: no statement changes
// one back to an earlier version, so the archive makes it anew. One that another role's object needs is kept.

import Postgres

struct ExtensionVersions {
  private let document: DatabaseDocument
  private let connection: Connection

  /// - Parameter connection: in a transaction that has dropped everything of the user except objects of extensions.
  init(_ document: DatabaseDocument, _ connection: Connection) {
    (self.document, self.connection) = (document, connection)
  }

  /// - Returns: the extensions that stay as they are, for people.
  func makeRoom() throws -> [String] {
    let recorded = document.extensionVersions
    var reasons: [String: String] = [:]
    var count = Int.max
    // Some can be dropped only after others.
    while true {
      let wrong = try DatabaseCatalog.extensionVersions(connection).filter { name, version in
        recorded.map { $0[name] != version } ?? !document.extensions.contains(name)
      }
      if wrong.isEmpty { return [] }
      if wrong.count == count {
        return wrong.sorted { $0.key < $1.key }.map { name, version in
          let wanted = recorded?[name].map { ", recorded was \($0)" } ?? ", and was not recorded"
          return "the extension \(name) stays at version \(version)\(wanted): \(reasons[name] ?? "")"
        }
      }
      count = wrong.count
      for name in wrong.keys.sorted() {
        do {
          try connection.attempt(isInTransaction: true) {
            try connection.execute("DROP EXTENSION \(name.asIdentifier)")
          }
        } catch let error as DatabaseError where error.isAboutStatement { reasons[name] = error.reason }
      }
    }
  }
}
