// The databases of a stage, in HTML.

import Checkpoints
import Formatting

struct DatabaseMarkup {
  let stage: StageReport

  init(_ stage: StageReport) { self.stage = stage }

  var section: Markup {
    if stage.checkpoints.allSatisfy(\.databases.isEmpty) { return .nothing }
    return """
      <section>
      <h2>Database</h2>
      \(Self.pictures(stage.checkpoints))\(changes)\(schema)\(tables)</section>

      """
  }

  /// Sizes and rows, a line for each database.
  static func pictures(_ checkpoints: [Report.Checkpoint]) -> Markup {
    guard let scale = TimeScale(checkpoints.map(\.takenAt)) else { return .nothing }
    let names = Set(checkpoints.flatMap(\.databases).map(\.name)).sorted()
    func lines(_ amount: (Report.DatabaseState) -> Int, _ text: (Int) -> String) -> [LinePicture.Line] {
      names.map { name in
        LinePicture.Line(
          name: name,
          points: checkpoints.compactMap { checkpoint in
            checkpoint.databases.first { $0.name == name }.map {
              .init(
                time: checkpoint.takenAt, amount: amount($0), title: "\(checkpoint.id): \(text(amount($0)))")
            }
          })
      }
    }
    let rows = { Format.plural($0, "row") }
    let size = LinePicture.render(
      "Size on the server", lines(\.byteCount, Format.bytes), scale: scale, text: Format.bytes)
    let count = LinePicture.render("Rows", lines(\.rows, rows), scale: scale, text: Format.count)
    return "<div class=\"pair\">\n\(size)\(count)</div>\n"
  }

  private var changes: Markup {
    var table = TableMarkup([
      .init("Step", percent: 22), .init("Database", percent: 30), .figure("Tables"), .figure("Rows"),
      .figure("Size"),
    ])
    table.rows = stage.steps.flatMap { step in
      step.databases.map { ReportWords.table($0, step).map { "\($0)" } }
    }
    return table.rows.isEmpty ? .nothing : table.markup
  }

  /// The most changes that are listed for each step; the JSON form has all of them.
  private static let definitionLimit = 40

  private var schema: Markup {
    if stage.steps.allSatisfy({ ReportWords.definitions($0) == nil }) { return .nothing }
    var table = TableMarkup([.init("Step", percent: 22), .init("Change", percent: 14), .init("Definition")])
    for step in stage.steps {
      let objects = ReportWords.definitions(step) ?? []
      let title = ReportWords.title(step)
      for object in objects.prefix(Self.definitionLimit) {
        table.rows.append(["\(title)", change(object.change), definition(object)])
      }
      let more = objects.count - Self.definitionLimit
      if more > 0 { table.rows.append(["\(title)", "", "and \(Format.count(more)) more"]) }
    }
    let body: Markup =
      table.rows.isEmpty ? "<p class=\"soft\">None between the phases.</p>\n" : table.markup
    return "<h3>Schema changes</h3>\n\(body)"
  }

  private func change(_ change: ObjectChange) -> Markup {
    let look: Markup = change == .dropped ? "bad" : change == .added ? "good" : "warn"
    return "<span class=\"\(look)\">\(change.rawValue)</span>"
  }

  private func definition(_ object: SchemaChanges.Object) -> Markup {
    // The name of a new object is enough.
    let details = object.change == .changed ? object.details.prefix(6) : []
    let lines = details.map { Markup.small("\($0.change.sign) \($0.text)") }
    return "\(ReportWords.name(object))\(lines)"
  }

  private var tables: Markup {
    let changed = ReportWords.tables(stage.whole)
    if changed.isEmpty { return .nothing }
    var table = TableMarkup([
      .init("Table", percent: 40), .figure("Rows before"), .figure("Rows after"), .figure("Difference"),
    ])
    table.rows = changed.map { change in
      [
        "\(change.name)", "\(change.before.map { Format.count($0.rows) } ?? ReportWords.unknown)",
        "\(change.after.map { Format.count($0.rows) } ?? ReportWords.unknown)",
        change.growth == 0
          ? "other rows" : "\(change.growth > 0 ? "+" : "−")\(Format.count(abs(change.growth)))",
      ]
    }
    return "<h3>Tables that changed most, from the first checkpoint to the last</h3>\n\(table.markup)"
  }
}
