// A row of an answer. How many columns it has is for the server to say, and what connects to a server cannot choose which
// one it meets: a column that is missing ends no program.

package struct Row: Sendable {
  private let values: [String?]
  private let shape: AnswerShape

  init(_ values: [String?], _ shape: AnswerShape) { (self.values, self.shape) = (values, shape) }

  /// The text in a column; nil for NULL. A column that the server did not send reads as NULL, and then the connection takes no
  /// further statement.
  package subscript(column: Int) -> String? {
    if values.indices.contains(column) { return values[column] }
    shape.markBroken()
    return nil
  }
}
