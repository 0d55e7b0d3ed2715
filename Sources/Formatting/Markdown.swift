// Text of others in Markdown, written so that it stays text.

package enum Markdown {
  /// What Markdown, or HTML in it, would take for something else.
  package static func escaped(_ text: String) -> String {
    // By scalars: a character may begin with one of these and go on with a combining mark.
    Format.visible(text).unicodeScalars.reduce(into: "") { out, scalar in
      if "\\`*_<>[]#&~|".unicodeScalars.contains(scalar) { out.append("\\") }
      out.unicodeScalars.append(scalar)
    }
  }

  /// - Parameter rows: cells that are escaped.
  package static func table(_ header: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    return [line(header), "|" + header.map { _ in "---|" }.joined()] + rows.map(line)
  }
}
