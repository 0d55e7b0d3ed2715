// The parts of `CREATE TABLE name (…) INHERITS (…) WITH (…); …` as pg_dump writes it, so that columns and parents can be replaced.

struct TableText {
  /// The text before the columns.
  var head: String
  /// The text between the parents and the end of the statement.
  var options: String
  /// The statements that follow.
  var rest: String

  /// nil if it is another kind of statement.
  init?(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    guard let columns = Self.parentheses(scalars, from: 0) else { return nil }
    head = Self.text(scalars[..<columns.lowerBound])
    var place = columns.upperBound
    let keyword = Array("\nINHERITS ".unicodeScalars)
    if scalars[place...].starts(with: keyword), let parents = Self.parentheses(scalars, from: place) {
      place = parents.upperBound
    }
    guard let end = Self.place(of: ";", scalars, from: place) else { return nil }
    options = Self.text(scalars[place..<end])
    rest = Self.text(scalars[(end + 1)...])
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  /// The next pair of parentheses and everything in between.
  private static func parentheses(_ scalars: [Unicode.Scalar], from start: Int) -> Range<Int>? {
    guard let opening = place(of: "(", scalars, from: start) else { return nil }
    var (index, depth) = (opening, 0)
    while index < scalars.count {
      switch scalars[index] {
      case "(": depth += 1
      case ")":
        depth -= 1
        if depth == 0 { return opening..<(index + 1) }
      case "'", "\"": index = closing(scalars, index)
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The next such character outside quotation marks.
  private static func place(of wanted: Unicode.Scalar, _ scalars: [Unicode.Scalar], from start: Int) -> Int? {
    var index = start
    while index < scalars.count {
      if scalars[index] == wanted { return index }
      if scalars[index] == "'" || scalars[index] == "\"" { index = closing(scalars, index) }
      index += 1
    }
    return nil
  }

  /// The closing quotation mark. A doubled mark is read as an end and a new beginning, which has the same effect.
  private static func closing(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
    scalars[(start + 1)...].firstIndex(of: scalars[start]) ?? scalars.count - 1
  }
}
