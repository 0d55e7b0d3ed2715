// An option that may solve a problem of a plan for rows.

package enum RowPlanSuggestion: Sendable, Hashable {
  /// `old` may have the name `new` now.
  case rename(old: String, new: String)
  /// The tables in which migration tools record what they have done stay as they are, and could also be restored.
  case ledgers
  /// A column without recorded values needs one.
  case value(column: String)
}
