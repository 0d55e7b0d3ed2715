// SQL's two kinds of quotation marks.

extension String {
  /// As an identifier: `"na""me"`.
  package var asIdentifier: String { "\"" + replacing("\"", with: "\"\"") + "\"" }

  /// As a literal: `'te''xt'`. Relies on standard_conforming_strings, which every session sets.
  package var asLiteral: String { "'" + replacing("'", with: "''") + "'" }
}
