// An amount over time, from zero: the size of a database, its rows, progress.

import Checkpoints
import FileSystem

enum LinePicture {
  struct Point {
    var time: Timestamp
    var amount: Int
    /// The text that appears when one points at it.
    var title: String
  }

  struct Line {
    var name: String
    var points: [Point]
  }

  private static let height = 168.0
  private static let top = 12.0
  private static let bottom = 156.0

  /// - Parameters:
  ///   - most: the upper end of the scale; nil for what the amounts need.
  ///   - text: an amount in words.
  static func render(
    _ title: String, _ lines: [Line], scale: TimeScale, most: Int? = nil, text: (Int) -> String
  ) -> Markup {
    let ceiling = most ?? Scale.ceiling(lines.flatMap(\.points).map(\.amount).max() ?? 0)
    func down(_ amount: Int) -> Double { bottom - (bottom - top) * Double(amount) / Double(max(1, ceiling)) }
    let ticks = [0, ceiling / 2, ceiling]
    let names = ticks.map { tick -> Markup in
      """
      <text x="62" y="\(Scale.number(down(tick) + 4))">\(shortened(text(tick)))</text>
      """
    }
    let shown = lines.prefix(looks).map { line in
      line.points.map { (across: scale.across($0.time), down: down($0.amount), title: $0.title) }
    }
    let field = PlotField(
      height: height, nameWidth: 72, names: names, grid: ticks.map(down),
      stretched: shown.enumerated().map { path($1, look: $0, isFilled: lines.count == 1) }
        .joined(separator: .nothing),
      marks: shown.enumerated().flatMap { index, places in
        places.map { place -> Markup in
          """
          <circle class="mark look\(index)" cx="\(Scale.percent(place.across))" cy="\(Scale.number(place.down))" r="3.5"><title>\(place.title)</title></circle>

          """
        }
      }, description: title)
    return """
      <figure class="plot">
      <figcaption>\(title)</figcaption>
      \(lines.count > 1 ? legend(lines) : .nothing)\(field.markup)\(scale.ends)</figure>

      """
  }

  /// At most as many as can be distinguished.
  private static let looks = 4

  private static func legend(_ lines: [Line]) -> Markup {
    let items = lines.prefix(looks).enumerated().map { index, line -> Markup in
      "<span><svg width=\"18\" height=\"10\" aria-hidden=\"true\"><line class=\"line look\(index)\" x1=\"1\" y1=\"5\" x2=\"17\" y2=\"5\"/></svg>\(ReportWords.named(line.name))</span> "
    }
    let more: Markup =
      lines.count > looks ? "<span>\(lines.count - looks) more in the table</span>" : .nothing
    return "<p class=\"legend\">\(items)\(more)</p>\n"
  }

  private static func path(
    _ places: [(across: Double, down: Double, title: String)], look: Int, isFilled: Bool
  ) -> Markup {
    guard let first = places.first, let last = places.last else { return .nothing }
    let path = places.map { "\(Scale.number($0.across)) \(Scale.number($0.down))" }.joined(separator: "L")
    let (start, end, base) = (Scale.number(first.across), Scale.number(last.across), Scale.number(bottom))
    let area: Markup =
      isFilled && places.count > 1
      ? "<path class=\"area\" d=\"M\(start) \(base)L\(path)L\(end) \(base)Z\"/>" : .nothing
    return "\(area)<path class=\"line look\(look)\" d=\"M\(path)\"/>"
  }

  /// `20 MB` for `20.0 MB`.
  private static func shortened(_ text: String) -> String { text.substituting(".0 ", with: " ") }
}
