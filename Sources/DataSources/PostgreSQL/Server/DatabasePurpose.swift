// What a database of our own beside the live one is for. The purpose is part of its name, so its text never changes.

enum DatabasePurpose: String {
  /// It is being restored.
  case restoring
  /// A way into a server that lets the user into no other database.
  case entering
  /// It is restored, and waits for the swap.
  case staged
  /// It holds what a rollback replaced.
  case before
  /// It holds what a rollback restored and `undo` or `--abort` replaced.
  case givenUp = "given_up"
  /// A warm clone.
  case warm
  /// A database that `--target-db` replaces, for a moment.
  case replaced

  /// Left by a dead process, such a database is of no use.
  static let abandoned: [DatabasePurpose] = [.restoring, .entering]
}
