// The field of a picture over time.

import Checkpoints

/// Amounts or phases over time: names at the left, and next to them two pictures, one on top of the other. Shapes that can be
/// stretched to any width are in the first, marks that must keep their shape are in the second.
struct PlotField {
  var height: Double
  /// The width of the names at the left, in pixels.
  var nameWidth: Int
  var names: [Markup]
  /// Lines from edge to edge, at these heights.
  var grid: [Double]
  /// Coordinates across are from 0 to 100.
  var stretched: Markup
  /// Positions across are percentages.
  var marks: [Markup]
  var description: String

  var markup: Markup {
    let lines = grid.map { y -> Markup in
      "<path class=\"grid\" d=\"M0 \(Scale.number(y))H100\"/>"
    }
    let size = Scale.number(height)
    return """
      <div class="field"><svg class="axis" width="\(nameWidth)" height="\(size)" aria-hidden="true">\(names)</svg>
      <div class="canvas"><svg class="stretched" width="100%" height="\(size)" viewBox="0 0 100 \(size)" preserveAspectRatio="none" aria-hidden="true">\(lines)\(stretched)</svg>
      <svg class="marks" width="100%" height="\(size)" role="img" aria-label="\(description)">\(marks)</svg></div></div>

      """
  }
}
