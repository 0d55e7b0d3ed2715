// A database that earlier checkpoints have and this one does not, because it was not found. The user is warned when the
// checkpoint is taken.

package struct MissingDatabase: Codable, Sendable, Hashable {
  /// The name of the source.
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
