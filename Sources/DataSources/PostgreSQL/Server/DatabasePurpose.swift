// The purpose of a database of ours next to the live one. It is part of the database's name, so its text never changes.

enum DatabasePurpose: String {
  /// It is being restored.
  case restoring
  /// It gives access to a server that lets the user into no other database.
  case entering
  /// It is restored and waits for the swap.
  case staged
  /// It has what a rollback replaced.
  case before
  /// It has what a rollback restored, and what `undo` or `--abort` then replaced.
  case givenUp = "given_up"
  /// A warm clone.
  case warm
  /// It is being replaced by `--target-db`.
  case replaced

  /// Such a database is of no use if its process is dead.
  static let abandoned: [DatabasePurpose] = [.restoring, .entering]
}
