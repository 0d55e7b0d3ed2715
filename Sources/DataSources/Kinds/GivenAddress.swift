// The address of a data source that the user gave for one operation.

package struct GivenAddress: Sendable, Codable {
  package var text: String
  /// How it was given, for people: the name of an option, say.
  package var way: String

  package init(_ text: String, way: String) {
    self.text = text
    self.way = way
  }
}
