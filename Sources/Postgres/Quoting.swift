// SQL's two kinds of quotation marks. Swift's characters are no help here: a quotation mark with a combining
// accent behind it is another character than a quotation mark, and still ends what PostgreSQL reads.

extension [String] {
  /// As the text of an array: `{"a","b"}`, for a parameter.
  package var asArray: String {
    "{" + map { "\"" + $0.marking(["\"", "\\"]) { _ in "\\" } + "\"" }.joined(separator: ",") + "}"
  }
}

extension String {
  /// As an identifier: `"na""me"`.
  package var asIdentifier: String { "\"" + marking(["\""]) { $0 } + "\"" }

  /// As the server's `quote_ident` writes a name: without quotes if it can do without. Keywords are not known here.
  package var asIdentifierIfNeeded: String {
    let isPlain = utf8.enumerated().allSatisfy { index, byte in
      (97...122).contains(byte) || byte == UInt8(ascii: "_") || index > 0 && (48...57).contains(byte)
    }
    return isPlain && !isEmpty ? self : asIdentifier
  }

  /// As a literal: `'te''xt'`. Relies on standard_conforming_strings, which every session sets.
  package var asLiteral: String { "'" + marking(["'"]) { $0 } + "'" }

  /// As a value in one of libpq's `keyword='value'` strings.
  package var asConnectionValue: String { "'" + marking(["'", "\\"]) { _ in "\\" } + "'" }

  /// Puts something before each of the marks.
  fileprivate func marking(_ marks: Set<Unicode.Scalar>, with mark: (Unicode.Scalar) -> Unicode.Scalar)
    -> String
  {
    unicodeScalars.reduce(into: "") { out, scalar in
      if marks.contains(scalar) { out.unicodeScalars.append(mark(scalar)) }
      out.unicodeScalars.append(scalar)
    }
  }

  /// Whether it has the same bytes. Swift takes “é” written in two ways for equal, PostgreSQL does not.
  package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
