// What kind of words an operand or an option takes, for the shells' completions.

enum ValueKind: Sendable, Equatable {
  case text
  /// Ids and names of checkpoints.
  case checkpoint
  case stage
  case file
  case directory
  /// One of our commands, then its sub-command.
  case command
  /// A program with its arguments.
  case program
  case words([String])
}
