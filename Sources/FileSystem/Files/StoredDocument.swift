// Documents with more rules than their types can express.

/// A document with rules that its fields' types cannot express, for example that its paths stay inside the working tree.
package protocol StoredDocument: Decodable {
  /// - Throws: `ForeignValue` if this program cannot have written the document.
  func check() throws
}
