// SQL's two kinds of quotes. They are looked for among Unicode scalars, not characters: for Swift, a quote followed by a
// combining accent is another character, but for PostgreSQL it still ends the text.

extension [String] {
  /// As an array for a parameter: `{"a","b"}`.
  package var asArray: String {
    "{" + map { "\"" + $0.marking(["\"", "\\"]) { _ in "\\" } + "\"" }.joined(separator: ",") + "}"
  }
}

extension String {
  /// As an identifier: `"na""me"`.
  package var asIdentifier: String { "\"" + marking(["\""]) { $0 } + "\"" }

  /// As the server's `quote_ident` writes a name: quoted only if necessary. Keywords are not known here.
  package var asIdentifierIfNeeded: String {
    let isPlain = utf8.enumerated().allSatisfy { index, byte in
      (97...122).contains(byte) || byte == UInt8(ascii: "_") || index > 0 && (48...57).contains(byte)
    }
    return isPlain && !isEmpty ? self : asIdentifier
  }

  /// As a literal: `'te''xt'`. This needs standard_conforming_strings, which every session sets.
  package var asLiteral: String { "'" + marking(["'"]) { $0 } + "'" }

  /// As a value in one of libpq's `keyword='value'` strings.
  package var asConnectionValue: String { "'" + marking(["'", "\\"]) { _ in "\\" } + "'" }

  /// Puts another mark before each of the marks.
  fileprivate func marking(_ marks: Set<Unicode.Scalar>, with mark: (Unicode.Scalar) -> Unicode.Scalar)
    -> String
  {
    unicodeScalars.reduce(into: "") { out, scalar in
      if marks.contains(scalar) { out.unicodeScalars.append(mark(scalar)) }
      out.unicodeScalars.append(scalar)
    }
  }
}
