// Documents with more rules than their types can express.

/// A document that says more than its fields' types can say, such as that its paths stay inside the working tree.
package protocol StoredDocument: Decodable {
  /// - Throws: `ForeignValue`, if the document says what no program of ours writes.
  func check() throws
}
