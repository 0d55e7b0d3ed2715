// What kind of words an operand or an option takes, for the shells' completions.

/// What the shells offer for an operand or for the value of an option.
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
