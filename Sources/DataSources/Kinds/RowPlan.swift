// How recorded rows would go into the present tables, as text for people.

package struct RowPlan: Sendable {
  package var lines: [String]
  /// Problems that make it impossible.
  package var problems: [String]
  package var suggestions: [RowPlanSuggestion]

  package init(lines: [String], problems: [String], suggestions: [RowPlanSuggestion]) {
    self.lines = lines
    self.problems = problems
    self.suggestions = suggestions
  }
}
