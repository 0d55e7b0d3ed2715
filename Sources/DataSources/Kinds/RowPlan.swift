// What would become of recorded rows in what is there today.

package struct RowPlan: Sendable {
  package var lines: [String]
  /// Why it cannot be carried out.
  package var problems: [String]
  package var suggestions: [RowPlanSuggestion]

  package init(lines: [String], problems: [String], suggestions: [RowPlanSuggestion]) {
    self.lines = lines
    self.problems = problems
    self.suggestions = suggestions
  }
}
