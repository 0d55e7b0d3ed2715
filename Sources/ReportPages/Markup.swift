// HTML and SVG as a type of its own. A literal is markup; every text that is interpolated passes through `escaped` and stays
// text, whatever it contains. There is no other way from a text to markup.

import Formatting

struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { text += "\(value)" }
    mutating func appendInterpolation(_ value: Markup) { text += value.text }
    mutating func appendInterpolation(_ values: [Markup]) { for value in values { text += value.text } }
  }

  static let nothing: Markup = ""

  /// A remark below a figure or picture; empty if the text is.
  static func small(_ text: String?, look: Markup = .nothing) -> Markup {
    guard let text, !text.allSatisfy(\.isWhitespace) else { return .nothing }
    return look.isEmpty ? "<small>\(text)</small>" : "<small class=\"\(look)\">\(text)</small>"
  }

  var isEmpty: Bool { text.isEmpty }
  /// Whether it shows nothing.
  var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

  static func + (left: Markup, right: Markup) -> Markup { "\(left)\(right)" }
  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// Text as elements and quoted attributes can contain it. Characters that would change the order of others, and control
  /// characters, are written out.
  static func escaped(_ text: String) -> String {
    // By scalars: a character may begin with one of these and go on with a combining mark.
    Format.visible(text).unicodeScalars.reduce(into: "") { out, scalar in
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Sequence<Markup> {
  func joined(separator: Markup) -> Markup {
    var isFirst = true
    return reduce(into: .nothing) { out, piece in
      if !isFirst { out += separator }
      isFirst = false
      out += piece
    }
  }
}
