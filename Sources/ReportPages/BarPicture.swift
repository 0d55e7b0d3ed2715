// Amounts side by side, as bars: lines changed, progress, storage. A row's words are text next to the picture, so that they
// wrap if there is little room.

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
    /// The amount for a bar of full length; nil for the same as in the other rows.
    var whole: Int?
    /// Whether it is emphasized.
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
      // An amount above zero is visible, however small it is.
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
