// A normal form of definitions, which PostgreSQL may write differently after reading its own text back: with other casts,
// and other parentheses around single things. `x = ANY ((ARRAY['a'::character varying])::text[])` comes back as `x = ANY
// (ARRAY[('a'::character varying)::text])`. Parentheses around several things are kept.

import FileSystem

enum CanonicalSQL {
  private indirect enum Node {
    case token(String)
    case group([Node])

    var text: String {
      switch self {
      case .token(let text): text
      case .group(let nodes): "(\(nodes.map(\.text).joined(separator: " ")))"
      }
    }
  }

  /// Words that may follow the first word of a type's name.
  private static let typeWords: Set<String> = [
    "varying", "precision", "with", "without", "time", "zone", "year", "month", "day", "hour", "minute",
    "second",
    "to",
  ]

  static func form(of text: [UInt8]) -> ExactText {
    var rest = String(decoding: text, as: UTF8.self).unicodeScalars[...]
    return ExactText(nodes(&rest).map(\.text).joined(separator: " "))
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "$"
      || scalar == "."
  }

  /// Everything up to the closing parenthesis, or to the end.
  private static func nodes(_ rest: inout Substring.UnicodeScalarView) -> [Node] {
    var found: [Node] = []
    while let scalar = rest.popFirst() {
      switch scalar {
      case ")": return found
      case "(":
        let inner = nodes(&rest)
        // A single thing in parentheses equals that thing.
        found.append(inner.count == 1 ? inner[0] : .group(inner))
      case ":" where rest.first == ":":
        rest.removeFirst()
        skipType(&rest)
      case "'", "\"":
        var text = String(scalar)
        quoted(scalar, &rest, &text)
        found.append(.token(text))
      case _ where scalar.properties.isWhitespace: continue
      case _ where isWord(scalar):
        var text = String(scalar)
        while let next = rest.first, isWord(next) { text.unicodeScalars.append(rest.removeFirst()) }
        found.append(.token(text))
      default: found.append(.token(String(scalar)))
      }
    }
    return found
  }

  private static func quoted(
    _ mark: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView, _ text: inout String
  ) {
    while let inner = rest.popFirst() {
      text.unicodeScalars.append(inner)
      if inner == mark { return }
    }
  }

  /// `text[]`, `numeric(10,2)`, `public."a b"`, `timestamp(3) without time zone`
  private static func skipType(_ rest: inout Substring.UnicodeScalarView) {
    var ignored = ""
    while let scalar = rest.first {
      if isWord(scalar) {
        rest.removeFirst()
      } else if scalar == "[" && rest.dropFirst().first == "]" {
        rest.removeFirst(2)
      } else if scalar == "\"" {
        rest.removeFirst()
        quoted(scalar, &rest, &ignored)
      } else if scalar == "(" {
        while let inner = rest.popFirst(), inner != ")" {}
      } else if scalar == " " {
        let word = String(String.UnicodeScalarView(rest.dropFirst().prefix(while: isWord)))
        guard typeWords.contains(word) else { return }
        rest.removeFirst()
      } else {
        return
      }
    }
  }
}
