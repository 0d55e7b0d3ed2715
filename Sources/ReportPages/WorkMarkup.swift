// Work between the phases of a stage, in HTML.

import Checkpoints
import Formatting

struct WorkMarkup {
  let stage: StageReport

  init(_ stage: StageReport) { self.stage = stage }

  var section: Markup {
    if stage.steps.isEmpty { return .nothing }
    var table = TableMarkup([
      .init("Step", percent: 22), .figure("Took"), .figure("Commits"), .init("Authors", percent: 34),
      .figure("Files"),
      .figure("Lines"),
    ])
    table.rows = stage.steps.map { row($0, title: ReportWords.title($0)) }
    if stage.steps.count > 1, let whole = stage.whole { table.total = row(whole, title: "The whole stage") }
    return """
      <section>
      <h2>Work between phases</h2>
      \(Self.picture([stage]))\(table.markup)\(remark)</section>

      """
  }

  private func row(_ step: Report.Step, title: String) -> [Markup] {
    [
      "\(title)", "\(Format.duration(step.seconds))", "\(ReportWords.commits(step.history))",
      "\(ReportWords.authors(step.history))", "\(ReportWords.files(step.changes))",
      StageMarkup.lines(step.changes),
    ]
  }

  private var remark: Markup {
    let left = stage.steps.reduce(0) { $0 + ($1.changes?.filesWithoutLines ?? 0) }
    if left == 0 { return .nothing }
    return
      "<p class=\"soft\">The lines of \(Format.plural(left, "file")) were not counted: binary or very large ones, links, or too many at once.</p>\n"
  }

  /// More rows than this are summed up by phase.
  private static let rowLimit = 12

  /// Lines changed on the way to each phase.
  static func picture(_ stages: [StageReport]) -> Markup {
    let steps = stages.flatMap(\.steps)
    var rows: [(title: String, changes: Report.Changes)] = steps.compactMap { step in
      step.changes.map { (ReportWords.title(step), $0) }
    }
    if rows.count > rowLimit || stages.count > 1 {
      rows = Phase.allCases.compactMap { phase in
        let all = steps.filter { $0.toPhase == phase }.compactMap(\.changes)
        return all.isEmpty ? nil : ("to \(phase.rawValue)", all.reduce(Report.Changes()) { $0 + $1 })
      }
    }
    if rows.isEmpty { return .nothing }
    return BarPicture.render(
      "Lines changed",
      rows.map { title, changes in
        BarPicture.Row(
          title, StageMarkup.lines(changes),
          [
            .init(amount: changes.linesAdded, look: .added),
            .init(amount: changes.linesRemoved, look: .removed),
          ])
      })
  }
}
