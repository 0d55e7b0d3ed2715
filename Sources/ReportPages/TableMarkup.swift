// Tables if there is room for them; on a phone a card for each row, in which every cell has its heading.

struct TableMarkup {
  struct Column {
    var title: String
    /// Whether the column has figures, which are aligned at the right.
    var isFigure = false
    /// The column's part of the width; nil for as much as it needs.
    var percent: Int?

    init(_ title: String, percent: Int? = nil) { (self.title, self.percent) = (title, percent) }

    static func figure(_ title: String) -> Column {
      var column = Column(title)
      column.isFigure = true
      return column
    }
  }

  var columns: [Column]
  /// The first cell of each names the row.
  var rows: [[Markup]] = []
  var total: [Markup]?

  init(_ columns: [Column]) { self.columns = columns }

  var markup: Markup {
    let widths = columns.map { column -> Markup in
      column.percent.map { "<col style=\"width:\($0)%\">" } ?? "<col>"
    }
    let head = columns.map { column -> Markup in
      "<th scope=\"col\"\(look(column))>\(column.title)</th>"
    }
    let foot: Markup = total.map { "<tfoot>\n\(row($0))</tfoot>\n" } ?? .nothing
    return """
      <table>
      <colgroup>\(widths)</colgroup>
      <thead>
      <tr>\(head)</tr>
      </thead>
      <tbody>
      \(rows.map(row))</tbody>
      \(foot)</table>

      """
  }

  private func look(_ column: Column) -> Markup { column.isFigure ? " class=\"figure\"" : .nothing }

  private func row(_ cells: [Markup]) -> Markup {
    let cells = zip(columns, cells).enumerated().map { index, pair -> Markup in
      let (column, cell) = pair
      if index == 0 { return "<th scope=\"row\">\(cell)</th>" }
      return "<td\(look(column)) data-label=\"\(column.title)\"><div>\(cell.isBlank ? "–" : cell)</div></td>"
    }
    return "<tr>\(cells)</tr>\n"
  }
}
