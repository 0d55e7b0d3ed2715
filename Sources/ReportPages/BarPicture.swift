// Amounts side by side, as bars: lines changed, progress, storage. A row's words are text beside the picture, so that they
// wrap where there is little room.

enum BarPicture {
  /// A part of a bar: its length, and how it looks.
  struct Segment {
    var amount: Int
    var look: Look
  }

  enum Look: String { case added, removed, done, plain, accent }

  struct Row {
    var label: String
    var value: Markup
    var segments: [Segment]
    /// What the whole length of the bar stands for; nil for the same as in the other rows.
    var whole: Int?
    /// Shown with more weight.
    var isTotal = false

    init(_ label: String, _ value: Markup, _ segments: [Segment], whole: Int? = nil) {
      (self.label, self.value, self.segments, self.whole) = (label, value, segments, whole)
    }
  }

  static func render(_ title: String, _ rows: [Row], note: Markup = .nothing) -> Markup {
    let longest = rows.map { $0.segments.reduce(0) { $0 + $1.amount } }.max() ?? 0
    let items = rows.map { row -> Markup in
      """
      <li\(row.isTotal ? " class=\"total\"" as Markup : "")><span class="label">\(ReportWords.named(row.label))</span> <span class="value">\(row.value)</span>
      \(bar(row, whole: row.whole ?? longest))</li>

      """
    }
    return """
      <figure class="bars">
      <figcaption>\(title)</figcaption>
      <ul>
      \(items)</ul>
      \(note)</figure>

      """
  }

  private static func bar(_ row: Row, whole: Int) -> Markup {
    var start = 0.0
    let parts = row.segments.filter { $0.amount > 0 }.map { segment -> Markup in
      // What is there is seen, however little it is.
      let width = whole == 0 ? 0 : max(0.5, Double(segment.amount) * 100 / Double(whole))
      defer { start += width }
      return """
        <rect class="\(segment.look.rawValue)" x="\(Scale.percent(start))" y="0" width="\(Scale.percent(width))" height="10"/>
        """
    }
    return """
      <svg class="bar" width="100%" height="10" aria-hidden="true"><rect class="track" x="0" y="0" width="100%" height="10"/>\(parts)</svg>
      """
  }
}
