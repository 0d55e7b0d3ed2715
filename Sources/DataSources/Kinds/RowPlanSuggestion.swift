// What a plan for rows suggests.

/// What the user may have meant to ask for.
package enum RowPlanSuggestion: Sendable, Hashable {
  /// What was called `old` may be what is called `new` today.
  case rename(old: String, new: String)
  /// The tables in which migration tools remember what they did stay as they are, and could come back, too.
  case ledgers
  /// A column that has no recorded value wants one.
  case value(column: String)
}
