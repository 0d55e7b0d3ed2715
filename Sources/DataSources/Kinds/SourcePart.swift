// A part of a recorded source.

/// A part of a source, such as a table with its rows.
package struct SourcePart: Sendable {
  package var name: String
  package var count: Int
  /// What is counted: “rows”.
  package var plural: String
  package var byteCount: Int
}
