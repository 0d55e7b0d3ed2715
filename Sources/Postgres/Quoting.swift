// SQL's two kinds of quotation marks.

extension [String] {
  /// As the text of an array: `{"a","b"}`, for a parameter.
  package var asArray: String {
    "{"
      + map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }.joined(
        separator: ",") + "}"
  }
}

extension String {
  /// As an identifier: `"na""me"`.
  package var asIdentifier: String { "\"" + replacing("\"", with: "\"\"") + "\"" }

  /// As a literal: `'te''xt'`. Relies on standard_conforming_strings, which every session sets.
  package var asLiteral: String { "'" + replacing("'", with: "''") + "'" }
}
