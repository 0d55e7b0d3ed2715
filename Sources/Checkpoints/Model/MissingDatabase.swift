// A database that earlier checkpoints hold and this one does not.

/// A database that was expected and not found.
package struct MissingDatabase: Codable, Sendable, Hashable {
  /// The source's name.
  package var name: String
  /// “shop on localhost:5432”
  package var label: String
}

extension MissingDatabase {
  package var warning: String {
    "the database \(label), which earlier checkpoints hold, was not found and is not in this one; a rollback to it leaves"
      + " that database as it is"
  }
}
