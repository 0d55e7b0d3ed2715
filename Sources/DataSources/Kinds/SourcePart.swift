// A part of a recorded source, such as a table with its rows, for `show` and lists.

package struct SourcePart: Sendable {
  package var name: String
  package var count: Int
  /// The word for what is counted: “rows”.
  package var plural: String
  package var byteCount: Int
}
