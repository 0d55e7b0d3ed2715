// A row of an answer. The server decides how many columns it has, and it may be a hostile one: a missing column must not
// end the program.

package struct Row: Sendable {
  private let values: [String?]
  private let shape: AnswerShape

  init(_ values: [String?], _ shape: AnswerShape) {
    self.values = values
    self.shape = shape
  }

  /// The text in a column; nil for NULL. A column that the server did not send is read as NULL, and the connection then
  /// refuses any further statement.
  package subscript(column: Int) -> String? {
    if values.indices.contains(column) { return values[column] }
    shape.markBroken()
    return nil
  }
}
