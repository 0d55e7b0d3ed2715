// Text of others in Markdown, written so that it stays text.

package enum Markdown {
  /// Characters that have a meaning in Markdown, or in HTML within it.
  package static func escaped(_ text: String) -> String {
    // By scalars: a character may begin with one of these and go on with a combining mark.
    Format.visible(text).unicodeScalars.reduce(into: "") { out, scalar in
      if "\\`*_<>[]#&~|".unicodeScalars.contains(scalar) { out.append("\\") }
      out.unicodeScalars.append(scalar)
    }
  }

  /// - Parameter rows: cells that are escaped already.
  package static func table(_ header: [String], _ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    return [line(header), "|" + header.map { _ in "---|" }.joined()] + rows.map(line)
  }
}
